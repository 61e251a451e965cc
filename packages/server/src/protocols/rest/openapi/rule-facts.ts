import type { FieldModel } from '../../../model/model.ts'
import { isFarSide } from '../../../model/relation.ts'
import { isForEveryone, isForNobody, type Rule } from '../../../model/rule.ts'

/** Who may, as a sentence. Says nothing of the fields a rule looks at: not all of them are for everyone's eyes. */
export function whoMay(rule: Rule): string {
  if (isForEveryone(rule)) return 'Everyone may do this.'
  if (rule.kind === 'signedIn') return 'Whoever is signed in may do this.'
  if (rule.kind === 'role') return `Whoever has the role ${rule.anyOf.join(' or ')} may do this.`
  return 'Who may do this depends on who asks, and on the record.'
}

/** Whether anybody can ever see the field. */
export function isShown(field: FieldModel): boolean {
  return !field.isPrivate && !isForNobody(field.read)
}

/** Whether anybody can ever set the field. */
export function isSettable(field: FieldModel): boolean {
  return !field.isSystem && !field.isPrivate && !isFarSide(field.relation) && !isForNobody(field.write)
}
