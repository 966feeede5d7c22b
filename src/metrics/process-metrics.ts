import type { Measure, RecordedName } from './measures.ts';
import { newCounter, newHistogram } from './metric.ts';
import type { Metric, RecordingMetric } from './metric.ts';

/** What one process, with its worker processes, has counted since it started. */
export interface ProcessMetrics {
  record(measure: Measure): void;
  readonly metrics: readonly Metric[];
}

const shortSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const longSeconds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];
const sizes = [1, 3, 10, 30, 100, 300, 1000, 3000];

const sources = ['smtp', 'lmtp', 'deliver'].flatMap((source) =>
  ['false', 'true'].map((duplicate) => ({ source, duplicate })),
);
const outcomes = ['stored', 'duplicate', 'unrouted'].map((outcome) => ({ outcome }));
const stages = ['load', 'parse', 'write'].map((stage) => ({ stage }));

/** Counters and histograms, all at 0. */
export function newProcessMetrics(): ProcessMetrics {
  const recorded = newRecordedMetrics();
  return {
    record: ({ name, labels, value }) => recorded[name].record(labels, value),
    metrics: Object.values(recorded),
  };
}

function newRecordedMetrics(): Readonly<Record<RecordedName, RecordingMetric>> {
  return {
    accepted: newCounter(
      'patchloom_messages_accepted_total',
      'Messages taken into custody by this process.',
      sources,
    ),
    custodyRefusals: newCounter(
      'patchloom_custody_refusals_total',
      'Messages that could not be taken into custody: their senders try again.',
      ['smtp', 'lmtp'].map((source) => ({ source })),
    ),
    custodySeconds: newHistogram(
      'patchloom_custody_seconds',
      'From a whole message to its commit.',
      shortSeconds,
    ),
    smtpRefusals: newCounter(
      'patchloom_smtp_refusals_total',
      'Replies to SMTP and LMTP peers with a code of 400 or more.',
    ),
    parseSeconds: newHistogram(
      'patchloom_parse_seconds',
      'Time to parse one message.',
      shortSeconds,
    ),
    indexed: newCounter(
      'patchloom_deliveries_indexed_total',
      'Deliveries that got an outcome from the workers of this process.',
      outcomes,
    ),
    flagged: newCounter(
      'patchloom_messages_flagged_total',
      'Stored messages that have this flag; a message may have several.',
    ),
    died: newCounter(
      'patchloom_deliveries_died_total',
      'Deliveries that became dead letters, by the stage at which.',
      stages,
    ),
    indexDelaySeconds: newHistogram(
      'patchloom_index_delay_seconds',
      'From custody to the commit that makes a message and its events visible.',
      longSeconds,
    ),
    regroupedSubmissions: newHistogram(
      'patchloom_series_regroup_submissions',
      'Submissions that were grouped anew for one batch of messages.',
      sizes,
    ),
    workerRestarts: newCounter(
      'patchloom_worker_restarts_total',
      'Worker processes that died and were started again.',
      [{}],
    ),
    httpRequests: newCounter(
      'patchloom_http_requests_total',
      'Requests answered, by the pattern of their path.',
    ),
    httpSeconds: newHistogram(
      'patchloom_http_request_seconds',
      'Time to answer a request.',
      shortSeconds,
      [],
    ),
  };
}
