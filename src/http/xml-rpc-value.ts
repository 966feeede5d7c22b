/** What XML-RPC carries; bytes are its base64. */
export type XmlRpcValue =
  | null
  | boolean
  | number
  | string
  | Buffer
  | readonly XmlRpcValue[]
  | { readonly [name: string]: XmlRpcValue };

/** A call that came: { method: "patch_get", parameters: [905] } */
export interface XmlRpcCall {
  readonly method: string;
  readonly parameters: readonly XmlRpcValue[];
}

/** A call that cannot be read, or that failed; sent to the client as a fault. */
export class XmlRpcFault extends Error {
  override readonly name = 'XmlRpcFault';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
