import type { ApiRoute, PlainRoute } from '../http/route.ts';
import type { ApiContext } from './api-context.ts';
import { indexRoute } from './index-route.ts';
import { patchRoutes } from './patches.ts';

/** Everything below /api. */
export function apiRoutes(context: ApiContext): ApiRoute[] {
  return [indexRoute(), ...patchRoutes(context)];
}

/** Everything else: mboxes, and the addresses that answers name. */
export function plainRoutes(_context: ApiContext): PlainRoute[] {
  return [];
}
