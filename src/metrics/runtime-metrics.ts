import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge } from './metric.ts';
import type { Metric } from './metric.ts';

const nanosecondsPerSecond = 1e9;

/** What the process itself uses, under the names that all Prometheus clients give these. */
export function openRuntimeMetrics(): { metrics(): Metric[]; close(): void } {
  const delay = monitorEventLoopDelay();
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  return {
    metrics() {
      const { user, system } = process.cpuUsage();
      const lagSeconds = delay.percentile(99) / nanosecondsPerSecond;
      delay.reset();
      return [
        gauge(
          'process_cpu_seconds_total',
          'CPU time of this process, without its worker processes.',
          [[{}, (user + system) / 1e6]],
          'counter',
        ),
        gauge('process_resident_memory_bytes', 'Resident memory of this process.', [
          [{}, process.memoryUsage.rss()],
        ]),
        gauge('process_start_time_seconds', 'When this process began, seconds since 1970.', [
          [{}, startedAt],
        ]),
        gauge(
          'nodejs_eventloop_lag_p99_seconds',
          'How late the event loop was, 99th percentile since the last scrape.',
          [[{}, Number.isFinite(lagSeconds) ? lagSeconds : 0]],
        ),
      ];
    },
    close: () => void delay.disable(),
  };
}
