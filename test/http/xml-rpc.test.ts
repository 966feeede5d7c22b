import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerXml, faultXml } from '../../src/http/xml-rpc-answer.ts';
import { readCall } from '../../src/http/xml-rpc-call.ts';
import { XmlRpcFault } from '../../src/http/xml-rpc-value.ts';

function callOf(...values: readonly string[]): string {
  const parameters = values.map((value) => `<param><value>${value}</value></param>`);
  return `<?xml version='1.0'?>
<methodCall>
<methodName>patch_list</methodName>
<params>${parameters.join('\n')}</params>
</methodCall>`;
}

const values: readonly [string, unknown][] = [
  ['<int>905</int>', 905],
  ['<i4>-1</i4>', -1],
  ['<boolean>1</boolean>', true],
  ['<string>a &lt;b&gt; &amp; &#233;&#x1F41F; c</string>', 'a <b> & é🐟 c'],
  ['no type', 'no type'],
  ['<string/>', ''],
  ['<double>1.5</double>', 1.5],
  ['<nil/>', null],
  ['<base64>\nZMOp\n</base64>', Buffer.from('dé')],
  ['<array><data><value><int>1</int></value><value>x</value></data></array>', [1, 'x']],
  [
    '<struct><member><name>state_id</name><value><int>3</int></value></member></struct>',
    { state_id: 3 },
  ],
];

for (const [xml, expected] of values) {
  test(`a call with ${xml.replaceAll('\n', ' ')} is read`, () => {
    assert.deepEqual(readCall(callOf(xml)), { method: 'patch_list', parameters: [expected] });
  });
}

const refused: readonly [string, string][] = [
  ['no XML', 'patch_list'],
  ['an empty document', ''],
  ['another element', '<methodResponse></methodResponse>'],
  ['an element that is not closed', '<methodCall><methodName>a</methodName>'],
  ['elements that cross', '<methodCall><methodName>a</methodCall></methodName>'],
  ['two roots', '<methodCall><methodName>a</methodName></methodCall><a></a>'],
  ['a tag without end', '<methodCall'],
  ['no name', '<methodCall><params></params></methodCall>'],
  ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${callOf('&b;')}`],
  ['an entity that nobody declared', callOf('<string>&b;</string>')],
  ['half a reference', callOf('<string>AT&T</string>')],
  ['a reference to half a pair', callOf('<string>&#xD800;</string>')],
  ['a reference beyond Unicode', callOf('<string>&#x110000;</string>')],
  ['an int that is none', callOf('<int>1e3</int>')],
  ['a boolean that is none', callOf('<boolean>true</boolean>')],
  ['an unknown type', callOf('<constructor>1</constructor>')],
  ['a member without name', callOf('<struct><member><value>1</value></member></struct>')],
  ['CDATA', callOf('<string><![CDATA[x]]></string>')],
  ['arrays in arrays without end', callOf('<array><data><value>'.repeat(100_000))],
];

for (const [what, document] of refused) {
  test(`a call with ${what} is a fault`, () => {
    assert.throws(() => readCall(document), XmlRpcFault);
  });
}

test('a member named __proto__ is one as any other', () => {
  const call = readCall(
    callOf('<struct><member><name>__proto__</name><value>x</value></member></struct>'),
  );
  assert.deepEqual(Object.entries(call.parameters[0] as object), [['__proto__', 'x']]);
  assert.equal(Object.getPrototypeOf(call.parameters[0]), Object.prototype);
});

test('an answer says text as text, and as bytes where XML cannot', () => {
  assert.match(answerXml('a < b & c'), /<string>a &lt; b &amp; c<\/string>/);
  assert.match(answerXml('tab\tand\nline'), /<string>tab\tand\nline<\/string>/);
  assert.match(answerXml('page\fbreak'), /<base64>cGFnZQxicmVhaw==<\/base64>/);
  assert.match(
    answerXml([{ id: 1, archived: false }, []]),
    /<value><array><data><value><struct><member><name>id<\/name><value><int>1<\/int><\/value><\/member>/,
  );
  assert.match(faultXml(new XmlRpcFault(1, 'no')), /<fault>.*faultCode.*<int>1<.*<string>no</);
});
