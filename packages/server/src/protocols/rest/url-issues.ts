import type { Issue } from '../../base/error.ts'
import type { IssueCode } from '../../base/issue-codes.ts'

/** Collects what is wrong with the query of a URL, so that all of it is told at once. */
export class UrlIssues {
  readonly all: Issue[] = []

  /** @param name  of the parameter, as sent. */
  add(name: string, code: IssueCode, message: string): void {
    const pointer = name.length > maxPointerLength ? `${name.slice(0, maxPointerLength)}…` : name
    this.all.push({ pointer, code, message })
  }
}

const maxPointerLength = 100
