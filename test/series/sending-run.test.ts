import { test } from 'node:test';
import assert from 'node:assert/strict';
import { sendingRun } from '../../src/series/sending-run.ts';

test('messages of one run of git send-email have a run in common', () => {
  const run = sendingRun('<20200429192340.14252-1-ann.b@example.org>');
  assert.equal(sendingRun('<20200429192340.14252-12-ann.b@example.org>'), run);
  assert.notEqual(sendingRun('<20200429192340.14253-1-ann.b@example.org>'), run);
  assert.notEqual(sendingRun('<20200429192340.14252-1-bob@example.org>'), run);
});

test('messages of one run of an older git send-email have a run in common', () => {
  const run = sendingRun('<1504081950-2528-9-git-send-email-ann@example.org>');
  assert.equal(sendingRun('<1504081950-2528-10-git-send-email-ann@example.org>'), run);
  assert.notEqual(sendingRun('<1504081951-2528-9-git-send-email-ann@example.org>'), run);
});

test('messages of one run of git format-patch have a run in common', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const run = sendingRun('<cover.1588911607.git.ann@example.org>');
  assert.equal(sendingRun(`<${commit}.1588911607.git.ann@example.org>`), run);
  assert.equal(sendingRun(`<${commit}${commit.slice(0, 24)}.1588911607.git.ann@example.org>`), run);
  assert.notEqual(sendingRun(`<${commit}.1588911608.git.ann@example.org>`), run);
});

test('messages of one topic, version and sending of b4 have a run in common', () => {
  const run = sendingRun('<20240101-a-topic-v2-0-0123456789ab@example.org>');
  assert.equal(sendingRun('<20240101-a-topic-v2-13-0123456789ab@example.org>'), run);
  for (const other of [
    '<20240101-a-topic-v3-0-0123456789ab@example.org>',
    '<20240101-a-topic-v2-0-1123456789ab@example.org>',
    '<20240101-a-topic-v2-0-0123456789ab@example.com>',
  ]) {
    assert.notEqual(sendingRun(other), null);
    assert.notEqual(sendingRun(other), run);
  }
});

test('other message-ids name no run', () => {
  for (const messageId of [
    '<>',
    '<@>',
    '<x>',
    '<20200506121704.GA8586@example.org>',
    '<20201117122139.098694275@example.org>',
    '<cover.git.ann@example.org>',
    '<20240101-v2-1-0123456789ab@example.org>',
    '<20240101-topic-2-1-0123456789ab@example.org>',
    '<2024-topic-v2-1-0123456789ab@example.org>',
    '<20240101-topic-v2-x-0123456789ab@example.org>',
    '<20240101-topic-v2-1-012345@example.org>',
  ]) {
    assert.equal(sendingRun(messageId), null, messageId);
  }
});
