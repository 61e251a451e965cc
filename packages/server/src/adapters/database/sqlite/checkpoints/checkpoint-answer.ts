export interface CheckpointAnswer {
  /** How many pages the log has. */
  readonly pages: number
  /** Whether all of them are in the file, so that the next transaction begins the log anew. */
  readonly isComplete: boolean
}
