import type { Observation, SettledDelivery } from '../ingest/observations.ts';
import type { AnsweredRequest } from '../http/server.ts';
import type { Labels } from './metric.ts';

/** Metrics that are recorded where something happens, by the names that they have in `newProcessMetrics`. */
export type RecordedName =
  | 'accepted'
  | 'custodyRefusals'
  | 'custodySeconds'
  | 'parseSeconds'
  | 'indexed'
  | 'flagged'
  | 'died'
  | 'indexDelaySeconds'
  | 'regroupedSubmissions'
  | 'smtpRefusals'
  | 'workerRestarts'
  | 'httpRequests'
  | 'httpSeconds';

/** A value for one metric: plain data, so that a worker process can send it to the one that is scraped. */
export interface Measure {
  readonly name: RecordedName;
  readonly labels: Labels;
  readonly value: number;
}

/** What an observation comes to in numbers; `now` is milliseconds since 1970. No id and no text of a message is in it. */
export function measuresOf(observation: Observation, now: number): Measure[] {
  switch (observation.kind) {
    case 'accepted': {
      const { source, seconds, isDuplicate } = observation;
      const labels = { source, duplicate: String(isDuplicate) };
      return [measure('accepted', 1, labels), measure('custodySeconds', seconds)];
    }
    case 'refused':
      return [measure('custodyRefusals', 1, { source: observation.source })];
    case 'parsed':
      return observation.parseSeconds.map((seconds) => measure('parseSeconds', seconds));
    case 'regrouped':
      return [measure('regroupedSubmissions', observation.submissionCount)];
    case 'settled':
      return observation.deliveries.flatMap((delivery) => settledMeasures(delivery, now));
    case 'died':
      return [measure('died', 1, { stage: observation.stage })];
    default:
      return observation satisfies never;
  }
}

/**
 * What an answered HTTP request comes to. Failures of its route are there from its first request on, as 0: what appears
 * with the first failure would be no increase to Prometheus.
 */
export function measuresOfAnswer({ method, route, status, seconds }: AnsweredRequest): Measure[] {
  const request = (of: number, count: number): Measure =>
    measure('httpRequests', count, { method, route, status: String(of) });
  return [
    ...failureStatuses.map((failure) => request(failure, 0)),
    request(status, 1),
    measure('httpSeconds', seconds, { route }),
  ];
}

const failureStatuses = [500, 503];

function settledMeasures(delivery: SettledDelivery, now: number): Measure[] {
  // The clock of the database may be ahead of ours.
  const delaySeconds = Math.max(0, (now - Date.parse(delivery.receivedAt)) / 1000);
  const flags = delivery.outcome === 'stored' ? delivery.flags : [];
  return [
    measure('indexed', 1, { outcome: delivery.outcome }),
    measure('indexDelaySeconds', delaySeconds),
    ...flags.map((flag) => measure('flagged', 1, { flag })),
  ];
}

function measure(name: RecordedName, value: number, labels: Labels = {}): Measure {
  return { name, labels, value };
}
