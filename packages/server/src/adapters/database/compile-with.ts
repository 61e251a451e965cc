import { createQueryId, type QueryCompiler, type RootOperationNode } from 'kysely'
import type { Sql, Statement } from '../../ports/database.ts'

/** `SqlDialect.compile` by one of Kysely's compilers, which is used again and again: compiling never waits. */
export function compileWith(compiler: QueryCompiler): (query: Sql) => Statement {
  return (query) => {
    const compiled = compiler.compileQuery(query.toOperationNode() as RootOperationNode, createQueryId())
    return { text: compiled.sql, parameters: compiled.parameters }
  }
}
