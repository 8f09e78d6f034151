/** What a rig says of itself: one line a statement, and a closing line that counts them. */
export class Statements {
  #passed = 0;
  #failed = 0;

  /** Runs a check; a throw means that the statement does not hold. */
  async that(name, check) {
    try {
      await check();
      this.#passed += 1;
      console.log(`ok ${name}`);
    } catch (fault) {
      this.#failed += 1;
      console.log(`not ok ${name}: ${fault.message}`);
    }
  }

  /**
   * Prints `N passed, N failed`.
   * @param said  what the programs said, by name: printed where something failed
   * @returns the exit code
   */
  close(said = {}) {
    if (this.#failed > 0) for (const [who, text] of Object.entries(said)) console.log(text?.trim().split('\n').slice(-30).map((line) => `# ${who}: ${line}`).join('\n') ?? `# ${who}: never began`);
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}
