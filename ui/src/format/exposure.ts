/** Whether other computers can connect: some address to listen on is not of this computer alone. */
export function isExposed(bindAddress: string): boolean {
  return bindAddress
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .some((part) => (isIpv4(part) && !part.startsWith("127.")) || (isIpv6(part) && !isIpv6Loopback(part)));
}

function isIpv4(address: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

function isIpv6(address: string): boolean {
  return address.includes(":") && /^[\da-f:.]+$/.test(address);
}

/** `::1`, however many zeros it is written with, and the IPv4 loopback inside IPv6. */
function isIpv6Loopback(address: string): boolean {
  return /^[0:]*:0{0,3}1$/.test(address) || /^[0:]*:ffff:127\./.test(address);
}
