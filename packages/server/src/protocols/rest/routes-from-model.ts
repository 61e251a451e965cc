import type { MaybePromise } from '../../base/maybe-promise.ts'
import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { Route } from '../../http/routes.ts'
import type { Actor } from '../../model/actor.ts'
import type { ActionModel, CollectionModel, FieldModel, Model } from '../../model/model.ts'
import { isToMany } from '../../model/relation.ts'
import * as change from './change.ts'
import * as read from './read.ts'
import type { Rest } from './rest.ts'

/** Every route of the REST API, its handler knowing already what it is for. */
export function routesFromModel(model: Model, rest: Rest): readonly Route<Actor>[] {
  return [
    route('POST', '/api/batch', (request, actor) => change.batch(request, actor, rest)),
    ...[...model.collections.values()].flatMap((collection) => collectionRoutes(collection, rest)),
  ]
}

function collectionRoutes(collection: CollectionModel, rest: Rest): readonly Route<Actor>[] {
  const { name, fields, actions } = collection
  const all = `/api/${name}`
  const one = `${all}/:id`
  return [
    route('GET', all, (request, actor) => read.list(name, request, actor, rest)),
    route('POST', all, (request, actor) => change.create(name, request, actor, rest)),
    route('GET', `${all}/aggregate`, (request, actor) => read.aggregate(name, request, actor, rest)),
    route('GET', one, (request, actor) => read.get(name, request, actor, rest)),
    {
      ...route('PATCH', one, (request, actor) => change.update(name, request, actor, rest)),
      consumes: ['application/merge-patch+json', 'application/json'],
    },
    route('PUT', one, (request, actor) => change.replace(name, request, actor, rest)),
    route('DELETE', one, (request, actor) => change.remove(name, request, actor, rest)),
    ...[...fields.values()].filter(isReachable).flatMap((field) => relationRoutes(name, field, rest)),
    ...[...actions.values()].map((action) => actionRoute(action, rest)),
  ]
}

function relationRoutes(collection: string, field: FieldModel, rest: Rest): readonly Route<Actor>[] {
  const path = `/api/${collection}/:id/${field.name}`
  const relation = { name: field.name, isToMany: isToMany(field.relation) }
  const reading = route('GET', path, (request, actor) => read.related(collection, relation, request, actor, rest))
  if (field.relation!.kind === 'reference') return [reading]
  const creating = route('POST', path, (request, actor) =>
    change.createRelated(collection, field.name, request, actor, rest),
  )
  return [reading, creating]
}

function actionRoute(action: ActionModel, rest: Rest): Route<Actor> {
  const { collection, name, on } = action
  const path = on === 'record' ? `/api/${collection}/:id/${name}` : `/api/${collection}/${name}`
  return route('POST', path, (request, actor) => change.act(action, request, actor, rest))
}

function route(
  method: Route['method'],
  path: string,
  handle: (request: HttpRequest, actor: Actor) => MaybePromise<HttpAnswer>,
): Route<Actor> {
  return { method, path, handle }
}

/** Whether a field is a relation that can be asked for by its own path. */
export function isReachable(field: FieldModel): boolean {
  return field.relation !== undefined && !field.isPrivate
}
