import { ApiError } from '../http/api-error.ts';
import type { Authenticate, Caller } from '../http/authenticate.ts';
import type { AnswerCall } from '../http/xml-rpc-route.ts';
import { callFault } from './xml-rpc-parameters.ts';
import { xmlRpcMethods } from './xml-rpc-methods.ts';
import type { XmlRpcContext } from './xml-rpc-methods.ts';

/** The methods that need to know who calls. */
const writers = new Set(['patch_set', 'check_create']);

/** Answers calls of XML-RPC. Credentials are looked at only by methods that write, so that reading costs no password. */
export function answerXmlRpc(context: XmlRpcContext, authenticate: Authenticate): AnswerCall {
  return async ({ method, parameters }, authorization) => {
    const run = xmlRpcMethods.get(method);
    if (run === undefined) throw callFault(`method "${method}" is not supported`);
    const caller = writers.has(method) ? await callerOf(authenticate, authorization) : null;
    return run(context, parameters, caller);
  };
}

async function callerOf(
  authenticate: Authenticate,
  authorization: string | null,
): Promise<Caller | null> {
  try {
    return authorization === null ? null : await authenticate(authorization);
  } catch (error) {
    if (error instanceof ApiError) throw callFault('Invalid username/password');
    throw error;
  }
}
