/** Convex's builders and types for our own tables, whatever other tables the app around them has. */
import {
  type DataModelFromSchemaDefinition,
  type DocumentByName,
  type GenericActionCtx,
  type GenericMutationCtx,
  type GenericQueryCtx,
  httpActionGeneric,
  type HttpActionBuilder,
  internalMutationGeneric,
  internalQueryGeneric,
  type MutationBuilder,
  mutationGeneric,
  type QueryBuilder,
  queryGeneric,
  type SchemaDefinition,
  type SystemTableNames,
  type TableNamesInDataModel,
} from "convex/server";
import type { GenericId } from "convex/values";
import type { jobsyncTables } from "./tables";

type DataModel = DataModelFromSchemaDefinition<SchemaDefinition<typeof jobsyncTables, true>>;

export type TableNames = TableNamesInDataModel<DataModel>;
export type Doc<Table extends TableNames> = DocumentByName<DataModel, Table>;
export type Id<Table extends TableNames | SystemTableNames> = GenericId<Table>;
export type QueryCtx = GenericQueryCtx<DataModel>;
export type MutationCtx = GenericMutationCtx<DataModel>;
export type ActionCtx = GenericActionCtx<DataModel>;

export const query = queryGeneric as QueryBuilder<DataModel, "public">;
export const internalQuery = internalQueryGeneric as QueryBuilder<DataModel, "internal">;
export const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;
export const internalMutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;
export const httpAction = httpActionGeneric as HttpActionBuilder;
