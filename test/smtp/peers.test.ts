import { test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { PeerLimits, networksOf } from '../../src/smtp/peer-limits.ts';
import { PeerNetworksError, loopbackNetworks, peerNetworks } from '../../src/smtp/peer-networks.ts';
import { until } from '../support/until.ts';
import { openListener } from './open-listener.ts';

const nobody = peerNetworks('192.0.2.255');

test('networks hold their addresses, also those written as IPv6', () => {
  const networks = peerNetworks('192.0.2.0/25, 198.51.100.7,2001:db8::/33');
  for (const inside of ['192.0.2.127', '::ffff:192.0.2.1', '198.51.100.7', '2001:db8:7fff::1']) {
    assert.equal(networks.has(inside), true, inside);
  }
  for (const outside of ['192.0.2.128', '198.51.100.8', '2001:db8:8000::', '::1', '', 'x']) {
    assert.equal(networks.has(outside), false, outside);
  }
  assert.equal(peerNetworks(loopbackNetworks).has('127.1.2.3'), true);
  assert.equal(peerNetworks('0.0.0.0/0').has('203.0.113.1'), true);
  assert.equal(peerNetworks('::/0').has('2001:db8::1'), true);
});

test('what is no network is refused with the forms that are right', () => {
  for (const text of [
    '',
    'x',
    '1.2.3',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/8/8',
    '1.2.3.4/',
    '1.2.3.4,',
    'fe80::1%eth0',
    '1.2.3.4/-1',
  ]) {
    assert.throws(() => peerNetworks(text), PeerNetworksError, text);
  }
});

test('an address lies in three networks', () => {
  assert.deepEqual(networksOf('192.0.2.71'), ['c0000247/32', 'c0000240/26', 'c0000000/21']);
  assert.deepEqual(networksOf('::ffff:192.0.2.71'), networksOf('192.0.2.71'));
  assert.deepEqual(networksOf('2001:db8:1:2::7'), [
    '2001:db8:1:2/64',
    '2001:db8:1/48',
    '2001:db8/32',
  ]);
  assert.deepEqual(networksOf('2001:DB8::'), ['2001:db8:0:0/64', '2001:db8:0/48', '2001:db8/32']);
  assert.deepEqual(networksOf('::1')[0], '0:0:0:0/64');
  assert.deepEqual(networksOf('64:ff9b::192.0.2.33')[0], '64:ff9b:0:0/64');
});

test('one address may have so many connections, its neighbours together three times as many', () => {
  const limits = new PeerLimits({
    maxClientsPerPeer: 2,
    maxConnectionsPerMinute: 100,
    unlimited: nobody,
  });
  const closes = ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.3', '192.0.2.3'].map(
    (address) => limits.admit(address, 0),
  );
  assert(closes.every((close) => close !== null));
  assert.equal(limits.admit('192.0.2.4', 0), null, 'the network of 64 is full');
  assert.notEqual(limits.admit('192.0.2.64', 0), null);
  closes[0]?.();
  closes[0]?.();
  assert.notEqual(limits.admit('192.0.2.1', 0), null, 'a place that was left');
  assert.equal(limits.admit('192.0.2.1', 0), null, 'and that one only');
});

test('one address may make so many connections in a minute, open or not', () => {
  const limits = new PeerLimits({
    maxClientsPerPeer: 9,
    maxConnectionsPerMinute: 2,
    unlimited: nobody,
  });
  limits.admit('192.0.2.1', 0)?.();
  limits.admit('192.0.2.1', 1)?.();
  assert.equal(limits.admit('192.0.2.1', 59_999), null);
  limits.admit('192.0.2.1', 60_000)?.();
  assert.equal(limits.openNetworkCount, 0);
});

test('loopback is not limited where it is said to be unlimited', () => {
  const unlimited = peerNetworks(loopbackNetworks);
  const limits = new PeerLimits({ maxClientsPerPeer: 1, maxConnectionsPerMinute: 1, unlimited });
  for (let count = 0; count < 9; count += 1) assert.notEqual(limits.admit('127.0.0.1', 0), null);
});

test('a peer that may not connect is told 554 5.7.1 at once', async (context) => {
  const { listener, client } = await openListener(context, {
    allowedPeers: peerNetworks('127.0.0.2,::1'),
  });
  const refused = await (await client('127.0.0.1')).rest();
  assert.deepEqual(refused, ['554 5.7.1 mail from your address is not taken here']);
  assert.match(await (await client('127.0.0.2')).reply(), /^220 /);
  assert.equal(listener.connectionCount(), 1);
});

test('a connection too many from one address is told 421, others are served', async (context) => {
  const peerLimits = new PeerLimits({
    maxClientsPerPeer: 2,
    maxConnectionsPerMinute: 100,
    unlimited: nobody,
  });
  const { client } = await openListener(context, { peerLimits });
  const first = await client('127.0.0.2');
  await (await client('127.0.0.2')).reply();
  assert.match(await (await client('127.0.0.2')).reply(), /^421 4\.7\.0 /);
  assert.match(await (await client('127.0.9.9')).reply(), /^220 /);
  await first.reply();
  await first.ask('QUIT');
  await until('the place is free', async () =>
    (await (await client('127.0.0.2')).reply()).startsWith('220 '),
  );
});

test('when all places are taken, who waited longest gives way', async (context) => {
  const { client } = await openListener(context, { limits: { maxClients: 2, givesWayMs: 100 } });
  const idle = await client();
  await idle.begin();
  const sending = await client();
  await sending.begin();
  await sending.ask('DATA');
  await delay(150);
  assert.match(await (await client()).reply(), /^220 /);
  assert.deepEqual(await idle.rest(), ['421 4.7.0 idle while others wait for a place']);
  assert.equal(await sending.ask('Subject: x\r\n\r\n.'), '250 2.0.0 stored');
});
