/** An adapter with one of its methods replaced. */
export function replacing<Adapter extends object, Name extends keyof Adapter>(
  adapter: Adapter,
  name: Name,
  method: Adapter[Name],
): Adapter {
  return new Proxy(adapter, {
    get: (target, property) => {
      if (property === name) return method;
      const member: unknown = Reflect.get(target, property, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
