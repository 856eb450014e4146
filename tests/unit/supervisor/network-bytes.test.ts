import assert from 'node:assert/strict';
import { sumDevices } from '../../../src/supervisor/network-bytes.ts';

const head = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 28751686    3330    0    0    0     0          0         0 28751686    3330    0    0    0     0       0          0
`;
const eth0 =
  '  eth0: 732031448   18278    0    0    0     0          0         0  1490436   11906    0    0    0     0       0          0\n';
const docker0 =
  'docker0:    5000      10    0    0    0     0          0         0     7000      20    0    0    0     0       0          0\n';

describe('the network of a machine', () => {
  it('is what its real devices carried, not what stays inside or is carried twice', () => {
    const seen = sumDevices(head + docker0 + eth0, (name) => name === 'eth0');
    assert.deepEqual(seen, { received: 732031448, sent: 1490436 });
  });

  it('is what all devices carried in a container, which has no real ones', () => {
    assert.deepEqual(
      sumDevices(head + eth0, () => false),
      { received: 732031448, sent: 1490436 },
    );
  });

  it('is unknown where there is no device', () => {
    assert.equal(
      sumDevices(head, () => true),
      undefined,
    );
    assert.equal(
      sumDevices('', () => true),
      undefined,
    );
  });
});
