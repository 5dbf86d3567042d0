import { join } from "node:path";
import { ROOT } from "./project.mjs";

/** The package managers that are known, in the order in which they are looked for, and how each installs a Redis server. */
const INSTALLERS = [
  { name: "apt-get", shown: "apt-get install redis-server", run: ["sh", join(ROOT, "scripts", "lib", "apt-install-redis.sh")] },
  { name: "dnf", shown: "dnf install redis", run: ["sh", "-c", "dnf install -y redis || dnf install -y valkey"] },
  { name: "yum", shown: "yum install redis", run: ["sh", "-c", "yum install -y redis || yum install -y valkey"] },
  { name: "apk", shown: "apk add redis", run: ["apk", "add", "--no-cache", "redis"] },
  {
    name: "pacman",
    shown: "pacman -S valkey",
    run: ["sh", "-c", "pacman -Sy --noconfirm --needed valkey || pacman -S --noconfirm --needed redis"],
  },
  { name: "zypper", shown: "zypper install redis", run: ["zypper", "--non-interactive", "install", "redis"] },
  { name: "brew", shown: "brew install redis", run: ["brew", "install", "redis"], asUser: true },
];

/** The first package manager that is there, as `{ name, shown, command(isUnattended) }`; `undefined` if there is none. */
export function findInstaller(findOnPath) {
  const installer = INSTALLERS.find(({ name }) => findOnPath(name) !== undefined);
  if (installer === undefined) return undefined;
  const needsSudo = installer.asUser !== true && process.getuid?.() !== 0 && findOnPath("sudo") !== undefined;
  return {
    name: installer.name,
    shown: needsSudo ? `sudo ${installer.shown}` : installer.shown,
    // Nobody is there to type a password into an unattended sudo: it has to fail instead of waiting.
    command: (isUnattended) => [...(needsSudo ? ["sudo", ...(isUnattended ? ["-n"] : [])] : []), ...installer.run],
  };
}
