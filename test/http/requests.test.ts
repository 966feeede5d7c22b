import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptedFormat } from '../../src/http/accepted-format.ts';
import { linkHeader, pageCount, pageRequest } from '../../src/http/pages.ts';
import { queryParameters, queryText } from '../../src/http/query-parameters.ts';
import { siteAddress } from '../../src/http/site-address.ts';

test('repeated parameters stay in order, and names are sorted when written', () => {
  const query = queryParameters('/x/?state=new&q=a+b%2C;&state=rfc&empty=');
  assert.deepEqual(query.get('state'), ['new', 'rfc']);
  assert.equal(queryText(query), 'empty=&q=a+b%2C%3B&state=new&state=rfc');
});

test('a percent sign that means nothing stays', () => {
  assert.deepEqual(queryParameters('/x/?q=50%').get('q'), ['50%']);
});

const links: readonly [page: number, pages: number, link: string][] = [
  [1, 1, '<u?page=1&q=a>; rel="first", <u?page=1&q=a>; rel="last"'],
  [1, 3, '<u?page=2&q=a>; rel="next", <u?page=1&q=a>; rel="first", <u?page=3&q=a>; rel="last"'],
  [
    2,
    3,
    '<u?page=3&q=a>; rel="next", <u?q=a>; rel="prev", <u?page=1&q=a>; rel="first", <u?page=3&q=a>; rel="last"',
  ],
  [3, 3, '<u?page=2&q=a>; rel="prev", <u?page=1&q=a>; rel="first", <u?page=3&q=a>; rel="last"'],
];

for (const [number, count, link] of links) {
  test(`page ${number} of ${count} leads to its neighbours`, () => {
    const query = queryParameters(`/?q=a&page=${number}`);
    assert.equal(linkHeader('u', query, { number, pageCount: count }), link);
  });
}

test('an empty list has one page', () => assert.equal(pageCount(0, 30), 1));

const pages: readonly [query: string, number: number | null, rows: number][] = [
  ['', 1, 30],
  ['page=3&per_page=2', 3, 2],
  ['page=last', null, 30],
  ['per_page=1000', 1, 250],
  ['per_page=0', 1, 30],
  ['per_page=-1', 1, 30],
  ['per_page=many', 1, 30],
];

for (const [query, number, rowCount] of pages) {
  test(`"${query}" asks for page ${number} of ${rowCount} rows`, () => {
    assert.deepEqual(pageRequest(queryParameters(`/?${query}`)), { number, rowCount });
  });
}

for (const page of ['abc', '0', '-1', '1.5', '99999999999999999999']) {
  test(`page ${page} is no page`, () => {
    assert.throws(() => pageRequest(queryParameters(`/?page=${page}`)), { status: 404 });
  });
}

const formats: readonly [accept: string | undefined, query: string, format: string][] = [
  [undefined, '', 'json'],
  ['*/*', '', 'json'],
  ['application/json', '', 'json'],
  ['text/html', '', 'html'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '', 'html'],
  ['text/html, application/json', '', 'json'],
  ['text/html', 'format=json', 'json'],
  ['application/json', 'format=api', 'html'],
];

for (const [accept, query, format] of formats) {
  test(`Accept ${accept} with "${query}" gives ${format}`, () => {
    assert.equal(acceptedFormat(accept, queryParameters(`/?${query}`)), format);
  });
}

test('what cannot be given is refused', () => {
  assert.throws(() => acceptedFormat('application/xml', new Map()), { status: 406 });
  assert.throws(() => acceptedFormat('*/*', queryParameters('/?format=xml')), { status: 404 });
});

test('a Host that is none gets into no URL', () => {
  assert.equal(siteAddress(null, '[::1]:8000'), 'http://[::1]:8000');
  assert.equal(siteAddress('https://p.example', 'evil"><'), 'https://p.example');
  for (const host of [undefined, '', 'a b', 'a/b', 'a"b']) {
    assert.throws(() => siteAddress(null, host), { status: 400 });
  }
});
