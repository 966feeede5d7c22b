import type { Readable } from 'node:stream';
import type { ApiVersion } from './api-version.ts';
import type { Caller } from './authenticate.ts';
import type { FieldTable } from './field-table.ts';
import type { Page } from './pages.ts';
import type { QueryParameters } from './query-parameters.ts';

/** What is known of any request. */
export interface SiteRequest {
  /** "http://127.0.0.1:8000", or PUBLIC_URL. */
  readonly site: string;
  /** Values of the path's parameters, decoded: { id: "12" } */
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryParameters;
  /** null: nobody said who it is. */
  readonly caller: Caller | null;
  /** Aborted when the client has gone or the server closes. */
  untilGone(): AbortSignal;
}

/** A request to the API. */
export interface ApiRequest extends SiteRequest {
  readonly version: ApiVersion;
  /** Where the API's URLs in answers begin: "http://127.0.0.1:8000/api/1.3" */
  readonly root: string;
  /** What those URLs end with: "?format=json" where the request asked so, else "". */
  readonly urlEnd: string;
  /** Parsed from JSON or a form, where repeated keys are lists; undefined without a body. */
  readonly body: unknown;
  /** Whether the body is a form's, where all values are texts. */
  readonly isForm: boolean;
}

/** What a method does. */
export type Operation =
  | {
      readonly kind: 'object';
      readonly fields: FieldTable;
      /** 200 where it is not said. */
      readonly status?: number;
      readonly isForUsers?: boolean;
      run(request: ApiRequest): Promise<object>;
    }
  | {
      readonly kind: 'list';
      readonly fields: FieldTable;
      readonly isForUsers?: boolean;
      run(request: ApiRequest): Promise<Page>;
    }
  | {
      readonly kind: 'nothing';
      readonly isForUsers?: boolean;
      run(request: ApiRequest): Promise<void>;
    };

export const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export type Method = (typeof allMethods)[number];

/** A path of the API and what can be done there; anything else is 405. */
export interface ApiRoute {
  /** Below /api and /api/1.x: "/patches/:id/" */
  readonly path: string;
  /** What OPTIONS calls it: "Patch Detail" */
  readonly title: string;
  /** Not there in older versions. */
  readonly since?: ApiVersion;
  readonly operations: Readonly<Partial<Record<Method, Operation>>>;
  /** Methods that came later than the path. */
  readonly methodsSince?: Readonly<Partial<Record<Method, ApiVersion>>>;
}

/** An answer outside the API: an mbox, a feed, a redirection. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Readable;
}

/** A path outside the API, for GET and HEAD. Throws ApiError for what is not there: an HTML page says so. */
export interface PlainRoute {
  /** "/series/:id/mbox/" */
  readonly path: string;
  run(request: SiteRequest): Promise<PlainAnswer>;
}
