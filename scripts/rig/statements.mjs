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

  /** Prints `N passed, N failed`. @returns the exit code */
  close() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}
