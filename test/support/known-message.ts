import type { KnownMessage } from '../../src/thread/known-message.ts';
import { asNodeId } from './list-drawing.ts';

/** Node n, with message-id "<n@list>", in answer to some nodes, closest first. */
export function message(
  node: number,
  references: readonly number[],
  more: Partial<KnownMessage> = {},
): KnownMessage {
  return {
    node: asNodeId(node),
    messageId: `<${node}@list>`,
    references: references.map(asNodeId),
    date: `2024-03-01T10:00:${String(node % 60).padStart(2, '0')}Z`,
    contentKey: '00',
    role: 'discussion',
    ...more,
  };
}
