/**
 * A command's action that is loaded only when the command runs: all commands together need packages that take longer to
 * load than most commands take, and an MTA starts `deliver` for every message.
 */
export function whenRun<Values extends readonly unknown[]>(
  load: () => Promise<(...values: Values) => Promise<void>>,
): (...values: Values) => Promise<void> {
  return async (...values) => {
    const action = await load();
    await action(...values);
  };
}
