import { exportMessages } from '../store/export.ts';
import { print } from './output.ts';
import { withSite } from './with-site.ts';

/** Prints the canonical result as JSON Lines. */
export async function exportLines(options: { readonly listId?: string }): Promise<void> {
  await withSite(({ database }) =>
    exportMessages(database, options.listId ?? null, (messages) =>
      print(messages.map((message) => `${JSON.stringify(message)}\n`).join('')),
    ),
  );
}
