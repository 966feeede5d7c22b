import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  mayBeDelegate,
  mayEditBundle,
  mayEditComment,
  mayEditProject,
  mayEditSubmission,
  mayEditUser,
  mayRelate,
  maySeeBundle,
} from '../../src/review/permissions.ts';
import type { Actor } from '../../src/review/permissions.ts';

const listId = 1;
const otherListId = 2;

function actor(id: number, more: Partial<Actor> = {}): Actor {
  return { id, isSuperuser: false, maintains: new Set(), ...more };
}

const actors: Readonly<Record<string, Actor | null>> = {
  anonymous: null,
  plain: actor(10),
  submitter: actor(11),
  delegate: actor(12),
  commenter: actor(13),
  owner: actor(14),
  maintainer: actor(15, { maintains: new Set([listId]) }),
  'maintainer elsewhere': actor(16, { maintains: new Set([otherListId]) }),
  superuser: actor(17, { isSuperuser: true }),
};

const patch = { listId, submitterUserId: 11, delegateId: 12 };
const cover = { listId, submitterUserId: 11, delegateId: null };
const orphan = { listId, submitterUserId: null, delegateId: null };

const writes: readonly [string, (who: Actor | null) => boolean, readonly string[]][] = [
  ['a project', (who) => mayEditProject(who, listId), ['maintainer', 'superuser']],
  [
    'a patch, or a check of it',
    (who) => mayEditSubmission(who, patch),
    ['submitter', 'delegate', 'maintainer', 'superuser'],
  ],
  ['a patch of nobody known', (who) => mayEditSubmission(who, orphan), ['maintainer', 'superuser']],
  [
    'a comment on a patch',
    (who) => mayEditComment(who, 13, patch),
    ['submitter', 'delegate', 'commenter', 'maintainer', 'superuser'],
  ],
  [
    'a comment on a cover letter',
    (who) => mayEditComment(who, 13, cover),
    ['submitter', 'commenter', 'maintainer', 'superuser'],
  ],
  [
    'a comment of nobody known',
    (who) => mayEditComment(who, null, orphan),
    ['maintainer', 'superuser'],
  ],
  ['the relation of one list', (who) => mayRelate(who, [listId]), ['maintainer', 'superuser']],
  ['the relation of two lists', (who) => mayRelate(who, [listId, otherListId]), ['superuser']],
  ['a bundle', (who) => mayEditBundle(who, 14), ['owner', 'superuser']],
  ['a user', (who) => mayEditUser(who, 14), ['owner', 'superuser']],
];

for (const [what, may, allowed] of writes) {
  for (const [who, acting] of Object.entries(actors)) {
    const expected = allowed.includes(who);
    test(`${who} ${expected ? 'may' : 'may not'} write ${what}`, () => {
      assert.equal(may(acting), expected);
    });
  }
}

test('a private bundle is seen by its owner and a superuser alone, a public one by all', () => {
  for (const [who, acting] of Object.entries(actors)) {
    assert.equal(maySeeBundle(acting, { ownerId: 14, isPublic: true }), true);
    const expected = who === 'owner' || who === 'superuser';
    assert.equal(maySeeBundle(acting, { ownerId: 14, isPublic: false }), expected, who);
  }
});

test('only a maintainer of the list can be the delegate, a superuser not without being one', () => {
  for (const [who, acting] of Object.entries(actors)) {
    if (acting !== null) assert.equal(mayBeDelegate(acting, listId), who === 'maintainer', who);
  }
});
