import {
  and,
  type CollectionMap,
  choice,
  collection,
  type Db,
  eq,
  integer,
  ne,
  nobody,
  type Operand,
  type RecordOf,
  type Rule,
  type RuleInput,
  type RuleScope,
  signedIn,
  text,
} from '../../plugin.ts'
import type { FileRules } from './options.ts'

/** The row that rules of files see. */
export interface FileRow {
  readonly id: Operand<string>
  readonly createdAt: Operand<string>
  readonly name: Operand<string>
  readonly type: Operand<string>
  readonly bytes: Operand<number>
  readonly owner: Operand<string | null>
}

/** Found out here, and said by nobody. */
const found = { write: nobody() }

/**
 * Files that were uploaded. A record is there before the bytes are, and seen when all of them are: so that whatever fails in between,
 * there is a record by which what is left can be found and removed.
 */
export function filesCollection({ read = byOwner, create = signedIn(), delete: remove = byOwner }: FileRules) {
  return collection('files', {
    description: 'Files that were uploaded. Their bytes are at /api/files/{id}/original.',
    fields: {
      name: text({ max: 255, min: 1, default: 'file', immutable: true, description: 'As whoever sent it calls it.' }),
      type: text({ max: 100, default: 'application/octet-stream', ...found, description: 'Found by its content.' }),
      bytes: integer({ min: 0, default: 0, ...found }),
      sha256: text({ max: 64, default: '', ...found, description: 'In hex.' }),
      width: integer({
        min: 1,
        optional: true,
        ...found,
        description: 'Of an image, in pixels, as it is to be shown.',
      }),
      height: integer({ min: 1, optional: true, ...found }),
      owner: text({
        max: 100,
        optional: true,
        default: ({ actor }) => actor.id as string, // null is no value
        ...found,
        read: signedIn(), // what everybody may read can be listed by everybody
        description: 'Who has sent it.',
      }),
      /** A file that stays unused is removed. */
      state: choice(['uploading', 'unused', 'used'], { default: 'uploading', private: true }),
    },
    rules: {
      read: (scope) => and(ne(scope.row.state, 'uploading'), ruleOf(read, scope as never)),
      create: (scope) => ruleOf(create, scope as never),
      delete: (scope) => and(ne(scope.row.state, 'uploading'), ruleOf(remove, scope as never)),
    },
    indexes: [['state', 'createdAt']],
  })
}

const byOwner: RuleInput<FileRow> = ({ row, actor }) => eq(row.owner, actor.id)

function ruleOf<Row>(input: RuleInput<Row>, scope: RuleScope<Row>): Rule {
  return typeof input === 'function' ? input(scope) : input
}

type Files = ReturnType<typeof filesCollection>
export type FileRecord = RecordOf<Files>
export type FilesDb = Db<CollectionMap<readonly [Files]>>

/** The data API of files, with the rights of `db`, where the collections of an application are known and those of features are not. */
export function filesOf(db: object): FilesDb['files'] {
  return (db as FilesDb).files
}
