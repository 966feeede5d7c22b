/** A page for people that shows what programs get: the request line and the answer as JSON, indented. */
export function answerPage(title: string, target: string, json: string): string {
  const indented = JSON.stringify(JSON.parse(json), null, 4);
  return htmlPage(title, `<pre>GET ${escapeHtml(target)}\n\n${escapeHtml(indented)}</pre>`);
}

/** The page that says that a path is not there. */
export function notFoundPage(): string {
  return htmlPage('404: not found', '<p>There is nothing here.</p>');
}

function htmlPage(title: string, body: string): string {
  return (
    `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>\n` +
    `<body>\n<h1>${escapeHtml(title)}</h1>\n${body}\n</body>\n</html>\n`
  );
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text as HTML shows it, also within a quoted attribute. */
export function escapeHtml(value: string): string {
  return value.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
