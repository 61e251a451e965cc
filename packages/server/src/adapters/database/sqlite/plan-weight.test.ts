import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { type ExpectedWeight, weightFromPlan } from './plan-weight.ts'

const database = new DatabaseSync(':memory:')
database.exec(`
  create table products (row_key integer primary key, id text not null unique, name text, price integer, category_id text) strict;
  create index products_price_idx on products (price, id);
  create index products_category_id_idx on products (category_id, id);
  create table categories (row_key integer primary key, id text not null unique, name text) strict;
  create table labels (source_id text, target_id text, primary key (source_id, target_id)) strict, without rowid;
  create virtual table products_search using fts5 (c0, content='')`)
const large = new Set(['products', 'labels'])

function weightOf(text: string): ExpectedWeight {
  const plan = database.prepare(`explain query plan ${text}`).all() as { detail: string }[]
  return weightFromPlan(
    text,
    plan.map(({ detail }) => detail),
    (table) => large.has(table),
  )
}

const expected: Readonly<Record<ExpectedWeight, readonly string[]>> = {
  exact: [
    'select name from "products" as "t0" where "t0"."id" = ?',
    'select name, (select name from "categories" as "t1" where "t1"."id" = "t0"."category_id") from "products" as "t0" where "t0"."id" = ?',
    'select name from products where row_key = ?',
    'select 1',
  ],
  quick: [
    'select name from "products" as "t0" where 1 = 1 order by "t0"."id" asc limit 21',
    'select name from "products" as "t0" where "t0"."price" >= ? order by "t0"."price" asc, "t0"."id" asc limit 21',
    'select name, (select name from "categories" as "t1" where "t1"."id" = "t0"."category_id") from "products" as "t0" where 1 = 1 order by "t0"."id" asc limit 21',
    'select count(*) from "categories" as "t0"',
    'select name from "categories" as "t0" where name like ? order by name limit 21',
  ],
  heavy: [
    'select count(*) from "products" as "t0" where 1 = 1',
    'select name, (select count(*) from "products" as "c0") from "products" as "t0" where 1 = 1 order by "t0"."id" limit 21',
    'select category_id, sum(price) from "products" as "t0" group by category_id',
    'select sum(price) from "products" as "t0" where category_id = ?',
    'select name from "products" as "t0" where instr(lower("t0"."name"), lower(?)) > 0 order by "t0"."id" asc limit 21',
    'select name from "products" as "t0" where 1 = 1 order by "t0"."name" limit 21',
    'select name from "products" as "t0" where category_id = ? order by "t0"."price" limit 21',
    'select name from products',
    'select t.target_id from labels as t where t.source_id = ?',
    'select name from "products" as "t0" inner join "products_search" as "t0_search" on "t0_search".rowid = "t0"."row_key" where "t0_search"."products_search" match ? order by "t0_search".rank limit 21',
    'select name from categories as c where exists (select 1 from products as p where p.name = c.name) limit 21',
    'with recursive n(x) as (select 1 union all select x + 1 from n) select x from n limit 3',
  ],
}

describe('before its first run', () => {
  for (const [weight, texts] of Object.entries(expected))
    for (const text of texts) test(`${weight} is: ${text}`, () => assert.equal(weightOf(text), weight))
})
