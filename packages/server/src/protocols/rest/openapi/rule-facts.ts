import type { CollectionModel, FieldModel, Model } from '../../../model/model.ts'
import { isFarSide } from '../../../model/relation.ts'
import { isForEveryone, isForNobody, type Rule } from '../../../model/rule.ts'
import { fieldsOfRule } from '../../../model/rule-fields.ts'
import { ruleText } from '../../../model/rule-text.ts'

/** Who may, as a sentence. What a rule says of a field is said only when the field is for everyone's eyes. */
export function whoMay(rule: Rule, collection: CollectionModel, model: Model): string {
  const isOpen = fieldsOfRule(rule, collection, model).every((field) => !field.isPrivate && isForEveryone(field.read))
  if (!isOpen) return 'Who may do this depends on who asks, and on the record.'
  return `Who may do this: ${ruleText(rule)}.`
}

/** Whether anybody can ever see the field. */
export function isShown(field: FieldModel): boolean {
  return !field.isPrivate && !isForNobody(field.read)
}

/** Whether anybody can ever set the field. */
export function isSettable(field: FieldModel): boolean {
  return !field.isSystem && !field.isPrivate && !isFarSide(field.relation) && !isForNobody(field.write)
}
