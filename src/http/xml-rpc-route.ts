import type { FastifyInstance } from 'fastify';
import { answerXml, faultXml } from './xml-rpc-answer.ts';
import { readCall } from './xml-rpc-call.ts';
import { XmlRpcFault } from './xml-rpc-value.ts';
import type { XmlRpcCall, XmlRpcValue } from './xml-rpc-value.ts';

/** Answers a call; `authorization` is the header of that name, null without one. Rejects with XmlRpcFault. */
export type AnswerCall = (call: XmlRpcCall, authorization: string | null) => Promise<XmlRpcValue>;

/** Fault of a call that failed inside; why goes to `reportError` alone. */
const internalError = -32_603;

/** Adds POST /xmlrpc/. What a call came to, a fault as well, is said with status 200, as XML-RPC has it. */
export async function addXmlRpcRoute(
  app: FastifyInstance,
  answerCall: AnswerCall,
  reportError: (error: unknown) => void,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string' },
      async (_request: unknown, body: string) => body,
    );
    scope.post('/xmlrpc/', async (request, reply) => {
      const document = typeof request.body === 'string' ? request.body : '';
      const { authorization = null } = request.headers;
      const answer = await answerText(
        () => answerCall(readCall(document), authorization),
        reportError,
      );
      return reply.header('Content-Type', 'text/xml').send(answer);
    });
  });
}

async function answerText(
  answer: () => Promise<XmlRpcValue>,
  reportError: (error: unknown) => void,
): Promise<string> {
  try {
    return answerXml(await answer());
  } catch (error) {
    if (error instanceof XmlRpcFault) return faultXml(error);
    reportError(error);
    return faultXml(new XmlRpcFault(internalError, 'internal error, try again later'));
  }
}
