import { describe, expect, test } from "vitest";
import { isInternalAddress, isLocalhostName } from "../../../../src/nodes/http/internal-addresses.ts";

describe("isInternalAddress", () => {
  test.each([
    ["0.0.0.0", "0.255.255.255", "1.0.0.0"],
    ["10.0.0.0", "10.255.255.255", "11.0.0.0"],
    ["100.64.0.0", "100.127.255.255", "100.128.0.0"],
    ["127.0.0.0", "127.255.255.255", "128.0.0.0"],
    ["169.254.0.0", "169.254.255.255", "169.255.0.0"],
    ["168.63.129.16", "168.63.129.16", "168.63.129.17"],
    ["172.16.0.0", "172.31.255.255", "172.32.0.0"],
    ["192.168.0.0", "192.168.255.255", "192.169.0.0"],
    ["192.0.0.0", "192.0.0.255", "192.0.1.0"],
    ["198.18.0.0", "198.19.255.255", "198.20.0.0"],
    ["224.0.0.0", "255.255.255.255", "223.255.255.255"],
    ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"],
    ["fe80::", "feff:ffff::", "fe00::"],
    ["ff00::", "ffff::", "fe00::"],
    ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:2::"],
    ["::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::ffff:8.8.8.8"],
    ["::10.0.0.1", "::7f00:1", "::8.8.8.8"],
    ["64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808"],
    ["::ffff:0:10.0.0.1", "::ffff:0:7f00:1", "::ffff:0:8.8.8.8"],
    ["2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:7f00:1", "2606:4700::5efe:8.8.8.8"],
    ["2001::", "2001:0:ffff::1", "2001:1::"],
    ["5f00::", "5f00:ffff::1", "5f01::"],
    ["2002:7f00:1::", "2002:a9fe:a9fe:1:2:3:4:5", "2002:808:808::"],
    ["::", "::1", "2606:4700::1111"],
    ["fe80::1%eth0", "::ffff:127.0.0.1", "100.63.255.255"],
  ])("is true of %s and %s, but not of %s", (first, last, outside) => {
    expect([first, last, outside].map((address) => isInternalAddress(address))).toEqual([true, true, false]);
  });

  test.each(["", "example.org", "127.1", "0177.0.0.1", "1.2.3.4.5"])("is true of %j, which is no address", (text) => {
    expect(isInternalAddress(text)).toBe(true);
  });
});

describe("isInternalAddress, of this machine's own addresses", () => {
  test.each([
    ["203.0.113.9", true],
    ["::ffff:203.0.113.9", true],
    ["64:ff9b::203.0.113.9", true],
    ["2606:4700:0::9", true],
    ["203.0.113.10", false],
  ])("%s: %j", (address, answer) => {
    expect(isInternalAddress(address, ["203.0.113.9", "2606:4700:0:0::9", "fe80::1%eth0"])).toBe(answer);
  });
});

describe("isLocalhostName", () => {
  test.each([
    ["localhost", true],
    ["localhost.", true],
    ["a.b.localhost", true],
    ["a.localhost.", true],
    ["notlocalhost", false],
    ["localhost.example.org", false],
  ])("of %j is %j", (host, answer) => {
    expect(isLocalhostName(host)).toBe(answer);
  });
});
