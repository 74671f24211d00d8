import { BlockList, isIP } from 'node:net';

/** True where an address lies in a CIDR block; false for what is not an address or not a block. */
export function inside(address: string, cidr: string): boolean {
  const [network, bits] = cidr.trim().split('/');
  const family = isIP(network ?? '');
  if (family === 0 || bits === undefined || isIP(address) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network!, Number(bits), type);
  return list.check(address, type);
}
