import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budgetProblem, measureTypes, recordedBudget } from '../scripts/type-budget.ts'

test('the types of 100 collections cost no more than was recorded', () => {
  const budget = recordedBudget()
  const measured = measureTypes(budget.collections)
  assert.ok(measured.instantiations > 0)
  assert.equal(budgetProblem(measured, budget), undefined)
})

test('types that became more than a tenth dearer are told', () => {
  const budget = { collections: 100, instantiations: 1000 }
  assert.equal(budgetProblem({ collections: 100, instantiations: 1100 }, budget), undefined)
  assert.match(budgetProblem({ collections: 100, instantiations: 1101 }, budget) ?? '', /cost 1101 .* at most 1100/)
})
