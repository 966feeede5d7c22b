import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWriteScene } from './write-scene.ts';
import type { Sent, WriteScene } from './write-scene.ts';

const states =
  'new, under-review, accepted, rejected, rfc, not-applicable, changes-requested, awaiting-upstream, superseded, deferred';
const wrongSlug = 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.';
const long = (length: number): string => 'x'.repeat(length);
const tooLong = (length: number): string =>
  `Ensure this field has no more than ${length} characters.`;
const missing = (id: string): string => `Invalid pk "${id}" - object does not exist.`;
const noNull = 'This field may not be null.';

/** What is sent, and what is said of it; null: anything, so long as it is a 400. */
type BadInput = readonly [sent: Sent, body: object | null];

const noObjects: readonly BadInput[] = [
  [{ json: [] }, { detail: ['Invalid data. Expected a dictionary, but got list.'] }],
  [{ json: 'x' }, { detail: ['Invalid data. Expected a dictionary, but got str.'] }],
  [{ json: 7 }, { detail: ['Invalid data. Expected a dictionary, but got int.'] }],
  [{ json: null }, { detail: ['No data provided'] }],
  [
    { text: '{bad json', type: 'application/json' },
    {
      detail:
        'JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
    },
  ],
  [{ text: '['.repeat(100_000), type: 'application/json' }, null],
];

const patchInputs: readonly BadInput[] = [
  ...noObjects,
  [{ json: { state: 'nosuch' } }, { state: [`Invalid state nosuch. Expected one of: ${states}.`] }],
  [
    { form: [['state', 'nosuch']] },
    { state: [`Invalid state nosuch. Expected one of: ${states}.`] },
  ],
  [{ json: { state: null } }, { state: [noNull] }],
  [{ json: { state: 3 } }, { state: ['Incorrect type. Expected string value, received int.'] }],
  [{ json: { state: {} } }, { state: ['Incorrect type. Expected string value, received dict.'] }],
  [{ text: '{"state": "new\\u0000"}', type: 'application/json' }, null],
  [{ text: '{"state": "\\ud800"}', type: 'application/json' }, null],
  [{ json: { state: long(500_000) } }, null],
  [{ json: { archived: 'maybe' } }, { archived: ['Must be a valid boolean.'] }],
  [{ json: { archived: [] } }, { archived: ['Must be a valid boolean.'] }],
  [{ json: { archived: 2 } }, { archived: ['Must be a valid boolean.'] }],
  [{ json: { archived: null } }, { archived: [noNull] }],
  [{ json: { commit_ref: long(256) } }, { commit_ref: [tooLong(255)] }],
  [{ json: { commit_ref: {} } }, { commit_ref: ['Not a valid string.'] }],
  [{ json: { commit_ref: true } }, { commit_ref: ['Not a valid string.'] }],
  [{ json: { commit_ref: 'a\0b' } }, { commit_ref: ['Null characters are not allowed.'] }],
  [{ form: [['commit_ref', 'a\0b']] }, { commit_ref: ['Null characters are not allowed.'] }],
  [
    { text: '{"commit_ref": "a\\udfffb"}', type: 'application/json' },
    { commit_ref: ['Surrogate characters are not allowed: U+DFFF.'] },
  ],
  [{ json: { pull_url: long(256) } }, { pull_url: [tooLong(255)] }],
  [{ json: { delegate: 999 } }, { delegate: [missing('999')] }],
  [{ json: { delegate: -1 } }, { delegate: [missing('-1')] }],
  [{ json: { delegate: 0 } }, { delegate: [missing('0')] }],
  [{ json: { delegate: 2 ** 31 } }, { delegate: [missing('2147483648')] }],
  [{ json: { delegate: 2 ** 53 - 1 } }, { delegate: [missing('9007199254740991')] }],
  [{ text: `{"delegate": 1e300}`, type: 'application/json' }, { delegate: [missing('1e+300')] }],
  [{ text: `{"delegate": 1${long(0)}e999}`, type: 'application/json' }, null],
  [{ form: [['delegate', '9'.repeat(300)]] }, null],
  [{ json: { delegate: 'x' } }, { delegate: ['Incorrect type. Expected pk value, received str.'] }],
  [
    { json: { delegate: 1.5 } },
    { delegate: ['Incorrect type. Expected pk value, received float.'] },
  ],
  [
    { json: { delegate: true } },
    { delegate: ['Incorrect type. Expected pk value, received bool.'] },
  ],
  [
    { json: { delegate: [1] } },
    { delegate: ['Incorrect type. Expected pk value, received list.'] },
  ],
  [{ json: { related: 5 } }, { related: ['Expected a list of items but got type "int".'] }],
  [{ json: { related: null } }, { related: [noNull] }],
  [{ json: { related: [null] } }, { related: [noNull] }],
  [{ json: { related: [2 ** 53 - 1] } }, { related: [missing('9007199254740991')] }],
  [{ json: { related: [{}] } }, { related: ['Incorrect type. Expected pk value, received dict.'] }],
  [
    { json: { related: Array.from({ length: 10_001 }, (_, index) => index) } },
    { related: ['Ensure this field has no more than 10000 elements.'] },
  ],
  [
    { json: { delegate: 'x', state: 'y', archived: 'z' } },
    {
      state: [`Invalid state y. Expected one of: ${states}.`],
      archived: ['Must be a valid boolean.'],
      delegate: ['Incorrect type. Expected pk value, received str.'],
    },
  ],
];

const checkInputs: readonly BadInput[] = [
  ...noObjects,
  [{}, { state: ['This field is required.'] }],
  [{ json: {} }, { state: ['This field is required.'] }],
  [{ json: { state: 'nosuch' } }, { state: ['"nosuch" is not a valid choice.'] }],
  [{ json: { state: 'Success' } }, { state: ['"Success" is not a valid choice.'] }],
  [{ json: { state: null } }, { state: [noNull] }],
  [{ json: { state: 1 } }, { state: ['"1" is not a valid choice.'] }],
  [
    { text: `{"state": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, type: 'application/json' },
    { state: ['"list" is not a valid choice.'] },
  ],
  [{ json: { state: ['fail'] } }, null],
  [{ json: { state: long(500_000) } }, null],
  [{ text: '{"state": "\\ud800"}', type: 'application/json' }, null],
  ...['ci/x', 'a b', 'é', 'a\n', 'x\0'].map((context): BadInput => [
    { json: { state: 'fail', context: `${context}.` } },
    context.includes('\0') ? null : { context: [wrongSlug] },
  ]),
  [{ json: { state: 'fail', context: '' } }, { context: ['This field may not be blank.'] }],
  [{ json: { state: 'fail', context: null } }, { context: [noNull] }],
  [{ json: { state: 'fail', context: long(256) } }, { context: [tooLong(255)] }],
  ...['http://x/y', 'javascript:alert(1)', 'x', 'http://', 'http://a b.c/', '//a.example/'].map(
    (url): BadInput => [
      { json: { state: 'fail', target_url: url } },
      { target_url: ['Enter a valid URL.'] },
    ],
  ),
  [
    { json: { state: 'fail', target_url: `http://a.example/${long(2_000)}` } },
    { target_url: [tooLong(2_000)] },
  ],
  [{ json: { state: 'fail', target_url: {} } }, { target_url: ['Not a valid string.'] }],
  [{ json: { state: 'fail', description: [] } }, { description: ['Not a valid string.'] }],
  [
    { json: { state: 'fail', description: 'a\0' } },
    { description: ['Null characters are not allowed.'] },
  ],
  [{ json: { state: 'fail', description: long(65_537) } }, { description: [tooLong(65_536)] }],
];

const bundleInputs: readonly BadInput[] = [
  ...noObjects,
  [{}, { name: ['This field is required.'], patches: ['This field is required.'] }],
  [{ json: { name: 'a', patches: [] } }, { patches: ['Bundles cannot be empty'] }],
  [{ json: { name: 'a', patches: [999] } }, { patches: [missing('999')] }],
  [{ json: { name: 'a', patches: [2 ** 60] } }, null],
  [
    { json: { name: 'a', patches: 'x' } },
    { patches: ['Expected a list of items but got type "str".'] },
  ],
  [
    {
      form: [
        ['name', 'a'],
        ['patches', 'x'],
      ],
    },
    null,
  ],
  [{ json: { name: '', patches: [999] } }, null],
  [
    { json: { name: long(51), patches: [999] } },
    { name: [tooLong(50)], patches: [missing('999')] },
  ],
  [{ json: { name: null, patches: [999] } }, null],
  [{ json: { name: 'a\0', patches: [999] } }, null],
  [{ json: { name: 'a', patches: [999], public: 'x' } }, null],
];

const commentInputs: readonly BadInput[] = [
  ...noObjects,
  [{ json: { addressed: 'x' } }, { addressed: ['Must be a valid boolean.'] }],
  [{ json: { addressed: {} } }, { addressed: ['Must be a valid boolean.'] }],
  [{ form: [['addressed', 'x']] }, { addressed: ['Must be a valid boolean.'] }],
];

const projectInputs: readonly BadInput[] = [
  ...noObjects,
  [{ json: { web_url: null } }, { web_url: [noNull] }],
  [{ json: { web_url: long(2_001) } }, { web_url: [tooLong(2_000)] }],
  [{ json: { commit_url_format: [] } }, { commit_url_format: ['Not a valid string.'] }],
  [
    { json: { list_archive_url: 'a\0' } },
    { list_archive_url: ['Null characters are not allowed.'] },
  ],
  [{ json: { show_dependencies: 'x' } }, { show_dependencies: ['Must be a valid boolean.'] }],
];

const maxInteger = 2_147_483_647;

const userInputs: readonly BadInput[] = [
  ...noObjects,
  [{ json: { first_name: long(151) } }, { first_name: [tooLong(150)] }],
  [{ json: { last_name: null } }, { last_name: [noNull] }],
  [
    { json: { settings: 1 } },
    { settings: { detail: ['Invalid data. Expected a dictionary, but got int.'] } },
  ],
  [
    { json: { settings: { items_per_page: 'x' } } },
    { settings: { items_per_page: ['A valid integer is required.'] } },
  ],
  [
    { json: { settings: { items_per_page: 1e300 } } },
    { settings: { items_per_page: [`Ensure this value is less than or equal to ${maxInteger}.`] } },
  ],
  [
    { json: { settings: { items_per_page: 0 } } },
    { settings: { items_per_page: ['Ensure this value is greater than or equal to 1.'] } },
  ],
  [{ json: { settings: { items_per_page: 1.5 } } }, null],
  [{ json: { settings: { show_ids: null } } }, { settings: { show_ids: [noNull] } }],
  [
    { form: [['settings.show_ids', 'x']] },
    { settings: { show_ids: ['Must be a valid boolean.'] } },
  ],
];

interface Endpoint {
  readonly method: string;
  readonly path: (scene: WriteScene) => string;
  readonly inputs: readonly BadInput[];
}

const endpoints: readonly Endpoint[] = [
  { method: 'PATCH', path: (scene) => `patches/${scene.id('p1')}/`, inputs: patchInputs },
  { method: 'POST', path: (scene) => `patches/${scene.id('p1')}/checks/`, inputs: checkInputs },
  { method: 'POST', path: () => 'bundles/', inputs: bundleInputs },
  {
    method: 'PATCH',
    path: (scene) => `patches/${scene.id('p1')}/comments/${scene.id('k1')}/`,
    inputs: commentInputs,
  },
  {
    method: 'PUT',
    path: (scene) => `covers/${scene.id('c0')}/comments/${scene.id('k0')}/`,
    inputs: commentInputs,
  },
  { method: 'PATCH', path: () => 'projects/brook-devel/', inputs: projectInputs },
  {
    method: 'PATCH',
    path: (scene) => `users/${scene.userIds.get('superuser')}/`,
    inputs: userInputs,
  },
];

test('what cannot be written is said field by field, never a failure of ours, and nothing is written', async (context) => {
  const scene = await openWriteScene(context);
  const before = await reviewRows(scene);
  for (const { method, path, inputs } of endpoints) {
    for (const [sent, expected] of inputs) {
      const answer = await scene.send('superuser', method, `/api/${path(scene)}`, sent);
      const claim = `${method} ${path(scene)} ${JSON.stringify(sent).slice(0, 200)}`;
      assert.equal(answer.status, 400, `${claim}: ${JSON.stringify(answer.body).slice(0, 500)}`);
      if (expected === null) continue;
      assert.equal(JSON.stringify(answer.body), JSON.stringify(expected), claim);
    }
  }
  assert.deepEqual(await reviewRows(scene), before);
});

async function reviewRows({ database }: WriteScene): Promise<unknown> {
  const { rows } = await database.query(
    `SELECT (SELECT json_agg(p ORDER BY p.id) FROM patchloom.patch p) AS patches,
       (SELECT json_agg(l ORDER BY l.id) FROM patchloom.mailing_list l) AS lists,
       (SELECT json_agg(u ORDER BY u.id) FROM patchloom.app_user u) AS users,
       (SELECT count(*) FROM patchloom.patch_check) + (SELECT count(*) FROM patchloom.bundle)
         + (SELECT count(*) FROM patchloom.comment_review) + (SELECT count(*) FROM patchloom.patch_relation)
         + (SELECT count(*) FROM patchloom.event WHERE actor_id IS NOT NULL) AS count`,
  );
  return rows;
}

test('a body of another type is 415, one that is too big 413', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/patches/${scene.id('p1')}/`;
  const other = await scene.send('superuser', 'PATCH', path, { text: '<a/>', type: 'text/xml' });
  assert.deepEqual(
    [other.status, other.body],
    [415, { detail: 'Unsupported media type "text/xml" in request.' }],
  );
  const big = { json: { commit_ref: long(10 * 1024 * 1024) } };
  assert.equal((await scene.send('superuser', 'PATCH', path, big)).status, 413);
  const bigForm = { form: [['commit_ref', long(10 * 1024 * 1024)] as const] };
  assert.equal((await scene.send('superuser', 'PATCH', path, bigForm)).status, 413);
});

test('a write to what is not there is 404, a method that is not offered 405', async (context) => {
  const scene = await openWriteScene(context);
  const patch = scene.id('p1');
  const absent: readonly [string, string][] = [
    ['PATCH', 'patches/999999/'],
    ['PATCH', 'patches/99999999999999999999/'],
    ['PATCH', 'patches/x/'],
    ['PATCH', `patches/${scene.id('c0')}/`],
    ['POST', 'patches/999999/checks/'],
    ['PATCH', `patches/${patch}/comments/999999/`],
    ['PATCH', `patches/${scene.id('p2')}/comments/${scene.id('k1')}/`],
    ['PATCH', `covers/${scene.id('c0')}/comments/${scene.id('k1')}/`],
    ['PATCH', 'projects/nowhere/'],
    ['PATCH', 'projects/%00/'],
    ['PATCH', 'projects/999999999999/'],
    ['PATCH', 'users/999999/'],
    ['PATCH', 'users/99999999999/'],
    ['PATCH', 'bundles/999999/'],
    ['DELETE', 'bundles/999999/'],
  ];
  for (const [method, path] of absent) {
    const sent = { json: { state: 'fail' } };
    const answer = await scene.send('superuser', method, `/api/1.3/${path}`, sent);
    assert.deepEqual([answer.status, answer.body], [404, { detail: 'Not found.' }], path);
  }
  const notOffered: readonly [string, string][] = [
    ['POST', '1.3/patches/'],
    ['DELETE', `1.3/patches/${patch}/`],
    ['POST', '1.3/projects/'],
    ['POST', '1.3/users/'],
    ['POST', '1.1/bundles/'],
    ['PATCH', '1.1/bundles/1/'],
    ['DELETE', '1.0/bundles/1/'],
  ];
  for (const [method, path] of notOffered) {
    const answer = await scene.send('superuser', method, `/api/${path}`, { json: {} });
    const detail = `Method "${method}" not allowed.`;
    assert.deepEqual([answer.status, answer.body], [405, { detail }], `${method} ${path}`);
  }
});
