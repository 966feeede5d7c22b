import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWriteScene, usernames } from './write-scene.ts';
import type { Sent, Username, WriteScene } from './write-scene.ts';

/** A write, and who may do it; all others are refused. */
interface Write {
  readonly what: string;
  readonly method: string;
  readonly path: (scene: WriteScene, bundleId: number) => string;
  readonly sent?: (scene: WriteScene) => Sent;
  readonly status: number;
  readonly allowed: readonly Username[];
  /** What somebody else who is known is told; 403 where it is not said. */
  readonly refusedStatus?: number;
  readonly isBundlePublic?: boolean;
}

const ofPatch: readonly Username[] = ['submitter', 'delegate', 'maintainer', 'superuser'];
const ofPatchComment: readonly Username[] = [...ofPatch, 'commenter'];
const ofCoverComment = ofPatchComment.filter((who) => who !== 'delegate');
const ofProject: readonly Username[] = ['maintainer', 'superuser'];
const ofCommenter: readonly Username[] = ['commenter', 'superuser'];

const bundlePath = (_scene: WriteScene, bundleId: number): string => `bundles/${bundleId}/`;
const patchPath = (scene: WriteScene): string => `patches/${scene.id('p1')}/`;

const writes: readonly Write[] = [
  {
    what: 'PATCH of a patch',
    method: 'PATCH',
    path: patchPath,
    sent: () => ({ json: { state: 'accepted' } }),
    status: 200,
    allowed: ofPatch,
  },
  {
    what: 'PUT of a patch',
    method: 'PUT',
    path: patchPath,
    sent: (scene) => ({ json: { state: 'new', delegate: scene.userIds.get('maintainer') } }),
    status: 200,
    allowed: ofPatch,
  },
  {
    what: 'PATCH of what a patch is related to',
    method: 'PATCH',
    path: patchPath,
    sent: (scene) => ({ json: { related: [scene.id('p2')] } }),
    status: 200,
    allowed: ofProject,
  },
  {
    what: 'POST of a check',
    method: 'POST',
    path: (scene) => `patches/${scene.id('p1')}/checks/`,
    sent: () => ({ json: { state: 'success' } }),
    status: 201,
    allowed: ofPatch,
  },
  ...['PATCH', 'PUT'].flatMap((method): Write[] => [
    {
      what: `${method} of a comment on a patch`,
      method,
      path: (scene) => `patches/${scene.id('p1')}/comments/${scene.id('k1')}/`,
      sent: () => ({ json: { addressed: true } }),
      status: 200,
      allowed: ofPatchComment,
    },
    {
      what: `${method} of a comment on a cover letter`,
      method,
      path: (scene) => `covers/${scene.id('c0')}/comments/${scene.id('k0')}/`,
      sent: () => ({ json: { addressed: true } }),
      status: 200,
      allowed: ofCoverComment,
    },
    {
      what: `${method} of a project`,
      method,
      path: () => 'projects/brook-devel/',
      sent: () => ({ json: { web_url: 'https://brook.example/' } }),
      status: 200,
      allowed: ofProject,
    },
    {
      what: `${method} of a user`,
      method,
      path: (scene) => `users/${scene.userIds.get('commenter')}/`,
      sent: () => ({ json: { first_name: 'Cy' } }),
      status: 200,
      allowed: ofCommenter,
    },
    {
      what: `${method} of a public bundle`,
      method,
      path: bundlePath,
      sent: (scene) => ({ json: { name: 'b', patches: [scene.id('p2')], public: true } }),
      status: 200,
      allowed: ofCommenter,
      isBundlePublic: true,
    },
    {
      what: `${method} of a private bundle`,
      method,
      path: bundlePath,
      sent: (scene) => ({ json: { name: 'b', patches: [scene.id('p2')] } }),
      status: 200,
      allowed: ofCommenter,
      refusedStatus: 404,
    },
  ]),
  {
    what: 'DELETE of a public bundle',
    method: 'DELETE',
    path: bundlePath,
    status: 204,
    allowed: ofCommenter,
    isBundlePublic: true,
  },
  {
    what: 'DELETE of a private bundle',
    method: 'DELETE',
    path: bundlePath,
    status: 204,
    allowed: ofCommenter,
    refusedStatus: 404,
  },
  {
    what: 'POST of a bundle',
    method: 'POST',
    path: () => 'bundles/',
    sent: (scene) => ({ json: { name: 'mine', patches: [scene.id('p1')] } }),
    status: 201,
    allowed: usernames,
  },
];

/** Puts back what writes change, and gives the commenter a bundle. */
async function prepare(scene: WriteScene, isPublic: boolean): Promise<number> {
  const { database } = scene;
  await database.query(
    'UPDATE patchloom.patch SET delegate_id = $1, relation_id = NULL WHERE id = $2',
    [scene.userIds.get('delegate'), scene.id('p1')],
  );
  await database.query(`DELETE FROM patchloom.bundle`);
  const { rows } = await database.query<{ id: number }>(
    `INSERT INTO patchloom.bundle (mailing_list_id, owner_id, name, is_public)
     SELECT p.mailing_list_id, $1, 'b', $2 FROM patchloom.patch p WHERE p.id = $3 RETURNING id`,
    [scene.userIds.get('commenter'), isPublic, scene.id('p1')],
  );
  return rows[0]!.id;
}

test('each write is done for those who may and refused to all others', async (context) => {
  const scene = await openWriteScene(context);
  for (const write of writes) {
    for (const who of [null, ...usernames]) {
      const bundleId = await prepare(scene, write.isBundlePublic === true);
      const path = `/api/1.3/${write.path(scene, bundleId)}`;
      const answer = await scene.send(who, write.method, path, write.sent?.(scene));
      const isAllowed = who !== null && write.allowed.includes(who);
      const refused = who === null ? 403 : (write.refusedStatus ?? 403);
      const claim = `${write.what} by ${who ?? 'nobody known'}: ${JSON.stringify(answer.body)}`;
      assert.equal(answer.status, isAllowed ? write.status : refused, claim);
      if (isAllowed) continue;
      assert.deepEqual(answer.body, { detail: detailOf(who, answer.status) }, claim);
    }
  }
});

function detailOf(who: Username | null, status: number): string {
  if (who === null) return 'Authentication credentials were not provided.';
  return status === 404 ? 'Not found.' : 'You do not have permission to perform this action.';
}

test('a refused write changes nothing and is not in the feed', async (context) => {
  const scene = await openWriteScene(context);
  const before = await scene.ask(`/api/patches/${scene.id('p1')}/`);
  for (const who of [null, 'plain', 'elsewhere'] as const) {
    await scene.send(who, 'PATCH', `/api/${patchPath(scene)}`, { json: { state: 'accepted' } });
    await scene.send(who, 'POST', `/api/${patchPath(scene)}checks/`, { json: { state: 'fail' } });
  }
  assert.deepEqual(await scene.ask(`/api/patches/${scene.id('p1')}/`), before);
  const { rows } = await scene.database.query(
    'SELECT FROM patchloom.event WHERE actor_id IS NOT NULL',
  );
  assert.equal(rows.length, 0);
});
