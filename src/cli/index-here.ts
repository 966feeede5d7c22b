import { indexDeliveries } from '../ingest/index-deliveries.ts';
import { openParser } from '../ingest/parser.ts';
import type { Site } from '../site.ts';

/** Indexes a delivery in this process. */
export async function indexHere(site: Site, deliveryId: number): Promise<void> {
  const parser = openParser();
  try {
    const { database, config } = site;
    await indexDeliveries({ database, lists: config.lists, parse: parser.parse }, [deliveryId]);
  } finally {
    await parser.close();
  }
}
