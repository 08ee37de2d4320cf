// Let no socket leave the loopback: preloaded before the SDK.
import net from 'node:net';

const real = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connect(...given) {
  const first = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = typeof first === 'object' && first !== null ? first.host : undefined;
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new Error(`a socket to ${host} was about to be opened`);
  }
  return real.apply(this, given);
};
