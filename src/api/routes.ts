import type { ApiRoute, PlainRoute } from '../http/route.ts';
import type { ApiContext } from './api-context.ts';
import { bundleRoutes } from './bundles.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { coverRoutes } from './covers.ts';
import { eventRoutes } from './events.ts';
import { indexRoute } from './index-route.ts';
import { mboxRoutes } from './mboxes.ts';
import { patchRoutes } from './patches.ts';
import { peopleRoutes } from './people.ts';
import { projectRoutes } from './projects.ts';
import { seriesRoutes } from './series.ts';
import { userRoutes } from './users.ts';
import { webAddressRoutes } from './web-addresses.ts';

/** Everything below /api. */
export function apiRoutes(context: ApiContext): ApiRoute[] {
  return [
    indexRoute(),
    ...projectRoutes(context),
    ...userRoutes(context),
    ...peopleRoutes(context),
    ...patchRoutes(context),
    ...commentRoutes(context),
    ...checkRoutes(context),
    ...coverRoutes(context),
    ...seriesRoutes(context),
    ...eventRoutes(context),
    ...bundleRoutes(context),
  ];
}

/** Everything else: mboxes, and the addresses that answers name. */
export function plainRoutes(context: ApiContext): PlainRoute[] {
  return [...mboxRoutes(context), ...webAddressRoutes(context)];
}
