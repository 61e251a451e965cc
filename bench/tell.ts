/** Says on standard error what is being done; standard output has the results alone. */
export function tell(line: string): void {
  console.error(`  ${line}`)
}
