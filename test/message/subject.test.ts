import { test } from 'node:test';
import assert from 'node:assert/strict';
import { seriesMarker } from '../../src/message/series-marker.ts';
import { prefixTokens, subjectFacts } from '../../src/message/subject.ts';
import { collapseWhiteSpace } from '../../src/message/white-space.ts';

type Row = [subject: string, name: string, marker: string | null, version: number, reply?: 'reply'];

/** What Patchwork makes of each subject in a project "proj". */
const patchworkTable: Row[] = [
  ['[PATCHv2 1/3] x', '[PATCHv2,1/3] x', '1/3', 1],
  ['[PATCH V3 1/3] x', '[V3,1/3] x', '1/3', 3],
  ['[PATCH v5.1 10/12] x', '[v5.1,10/12] x', '10/12', 1],
  ['[RFC PATCH 00/12] x', '[RFC,00/12] x', '0/12', 1],
  ['[PATCH 3/n] x', '[3/n] x', null, 1],
  ['[PATCH 01 of 12] x', '[01 of 12] x', '1/12', 1],
  ['[PATCH 1 of 2 v3] x', '[1 of 2,v3] x', '1/2', 3],
  ['[foo 1 of 3] x', '[foo,1,of,3] x', null, 1],
  ['Re: Re: [PATCH 1/2] x', 'Re: [PATCH 1/2] x', null, 1, 'reply'],
  ['[list] Re: [PATCH] x', '[list] Re: [PATCH] x', null, 1],
  ['AW: [PATCH 1/2] x', 'AW: [PATCH 1/2] x', null, 1],
  ['FWD: [PATCH 1/2] x', '[1/2] x', '1/2', 1],
  ['Fw [PATCH 1/2] x', '[1/2] x', '1/2', 1],
  ['[PATCH net-next 1/2] [v2] x', '[net-next,1/2,v2] x', '1/2', 2],
  ['[PATCH [v2] 1/2] x', '[[v2] 1/2] x', null, 1],
  ['[PATCH 6/5] x', '[6/5] x', '6/5', 1],
  ['[PATCH 2/3/4] x', '[2/3/4] x', '3/4', 1],
  ['[PATCH] x (v3)', 'x (v3)', null, 3],
  ['[Proj] [PATCH] x', 'x', null, 1],
  ['[PATCH] [0/3] x', '[0/3] x', '0/3', 1],
  ['[PATCH 5.10/5.15] x', '[5.10/5.15] x', null, 1],
  ['[PATCH v2 4.19 1/2] x', '[v2,4.19,1/2] x', '1/2', 2],
  ['[PATCH 1/1', '[PATCH 1/1', null, 1],
  ['', '', null, 1],
  ['[proj] [RFC v2 08/33] x: y', '[RFC,v2,08/33] x: y', '8/33', 2],
];

for (const [subject, name, marker, version, reply] of patchworkTable) {
  test(`"${subject}" is named "${name}"`, () => {
    const facts = subjectFacts(subject, 'proj');
    assert.equal(facts.name, name);
    assert.equal(facts.number === null ? null : `${facts.number}/${facts.total}`, marker);
    assert.equal(facts.version, version);
    assert.equal(facts.isReply, reply === 'reply');
  });
}

const cleanSubjects: [subject: string, name: string][] = [
  ['meep', 'meep'],
  ['Re: meep', 'meep'],
  ['[PATCH] meep', 'meep'],
  ['[PATCH] meep \n meep', 'meep meep'],
  ['[PATCH] meep,\n meep', 'meep, meep'],
  ['[PATCH RFC] meep', '[RFC] meep'],
  ['[PATCH,RFC] meep', '[RFC] meep'],
  ['[PATCH] [RFC] meep', '[RFC] meep'],
  ['[PATCH,1/2] meep', '[1/2] meep'],
  ['[PATCH RFC 1/2] meep', '[RFC,1/2] meep'],
  ['[PATCH] [RFC,1/2] meep', '[RFC,1/2] meep'],
  ['[PATCH] [RFC] [1/2] meep', '[RFC,1/2] meep'],
  ['[PATCH] rewrite [a-z] regexes', 'rewrite [a-z] regexes'],
  ['[PATCH] [RFC] rewrite [a-z] regexes', '[RFC] rewrite [a-z] regexes'],
  ['[foo] [bar] meep', '[bar] meep'],
  ['[FOO] [bar] meep', '[bar] meep'],
];

test('prefixes that say only "patch" or the project are no part of the name', () => {
  for (const [subject, name] of cleanSubjects) {
    assert.equal(subjectFacts(collapseWhiteSpace(subject), 'foo').name, name, subject);
  }
});

test('Re with a colon or a space makes a reply, in any case', () => {
  for (const answer of ['RE: ', 'Re: ', 're: ', 'RE ', 'Re ', 're ']) {
    assert.equal(subjectFacts(`${answer}meep`, '').isReply, true, answer);
  }
  for (const subject of ['ready', 'Fwd: meep', 'SV: meep', 'Antw: meep', 'Re']) {
    assert.equal(subjectFacts(subject, '').isReply, false, subject);
  }
});

test('a prefix is split at commas and blanks', () => {
  assert.deepEqual(prefixTokens('PATCH'), ['PATCH']);
  assert.deepEqual(prefixTokens('PATCH,RFC'), ['PATCH', 'RFC']);
  assert.deepEqual(prefixTokens(''), []);
  assert.deepEqual(prefixTokens('PATCH,'), ['PATCH']);
  assert.deepEqual(prefixTokens('PATCH '), ['PATCH']);
  assert.deepEqual(prefixTokens('PATCH 1/2'), ['PATCH', '1/2']);
});

const markers: [prefixes: string[], marker: string | null][] = [
  [[], null],
  [['bar'], null],
  [['bar', '1/2'], '1/2'],
  [['bar', '0/12'], '0/12'],
  [['bar', '1 of 2'], '1/2'],
  [['bar', '0 of 12'], '0/12'],
  [['PATCH1/8'], '1/8'],
  [['PATCH1 of 8'], '1/8'],
  [['PATCH100/123'], '100/123'],
  [['v2PATCH1/4'], '1/4'],
  [['v2', 'PATCH1/4'], '1/4'],
  [['v2.3PATCH1/4'], '1/4'],
  [['1/99999999999'], null],
  [['/4'], null],
  [['4/'], null],
];

test('a series marker is read where a prefix ends in one, glued or not', () => {
  for (const [prefixes, expected] of markers) {
    const marker = seriesMarker(prefixes);
    assert.equal(marker && `${marker.number}/${marker.total}`, expected, prefixes.join(' '));
  }
});

const versions: [subject: string, version: number, inferred: boolean][] = [
  ['', 1, true],
  ['Hello, world', 1, true],
  ['[version] Hello', 1, true],
  ['[v2] Hello', 2, false],
  ['[V6] Hello', 6, false],
  ['[v10] Hello', 10, false],
  ['Hello, world (v2)', 2, false],
  ['Hello, world (V6)', 6, false],
  ['[v99999999999] Hello', 1, true],
];

test('a version that the subject does not name is 1 and marked as inferred', () => {
  for (const [subject, version, versionInferred] of versions) {
    const facts = subjectFacts(subject, '');
    assert.deepEqual([facts.version, facts.versionInferred], [version, versionInferred], subject);
  }
});

test('a name is not cut at 255 characters', () => {
  assert.equal(subjectFacts(`[PATCH] ${'x'.repeat(300)}`, '').name.length, 300);
});
