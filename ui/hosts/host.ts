import type {
  AddItemBody,
  AddListBody,
  ApplyTemplateBody,
  CreateTemplateBody,
  EditItemBody,
  List,
  MoveBody,
  RenameListBody,
  Setting,
  SettingValue,
  Template,
  UpdateTemplateBody,
  UpgradeStatus,
} from '../../checklist/index.ts';

/**
 * The frame around the page: what a page needs from Jira and not from Tally. Every host has one.
 */
export interface Frame {
  /** Tells Jira how high the page is, in CSS pixels. Never throws. */
  resize(height: number): void;
}

/** What the issue panel asks for. Every method rejects with `HostError` and never resolves to a made-up value. */
export interface ListsHost {
  lists(): Promise<List[]>;
  addList(body: AddListBody): Promise<List>;
  applyTemplate(body: ApplyTemplateBody): Promise<List>;
  renameList(listId: string, body: RenameListBody): Promise<List>;
  moveList(listId: string, body: MoveBody): Promise<List[]>;
  deleteList(listId: string): Promise<void>;
  addItem(listId: string, body: AddItemBody): Promise<List>;
  editItem(listId: string, itemId: string, body: EditItemBody): Promise<List>;
  moveItem(listId: string, itemId: string, body: MoveBody): Promise<List>;
  deleteItem(listId: string, itemId: string): Promise<List>;
  templates(): Promise<Template[]>;
  setting(scope: string): Promise<Setting>;
  /** Whether the move has ended, so that the newer panel takes this one's place. */
  isReplaced(): Promise<boolean>;
}

/** What the project's template page asks for. */
export interface TemplatesHost {
  templates(): Promise<Template[]>;
  createTemplate(body: CreateTemplateBody): Promise<Template>;
  updateTemplate(templateId: string, body: UpdateTemplateBody): Promise<Template>;
  deleteTemplate(templateId: string): Promise<void>;
}

/** What the settings form asks for. */
export interface SettingsHost {
  setting(scope: string): Promise<Setting>;
  putSetting(scope: string, value: SettingValue): Promise<Setting>;
}

/** A file the browser saves. */
export interface Download {
  readonly name: string;
  readonly content: Blob;
}

/** What the Upgrade tab asks for; the first part that a Forge function answers as well. */
export interface UpgradeHost {
  upgradeStatus(): Promise<UpgradeStatus>;
  exportEverything(): Promise<Download>;
}

/** One interface, two hosts: Connect (`AP` and the JSON API) and Forge (`@forge/bridge`). */
export interface Host extends ListsHost, TemplatesHost, SettingsHost, UpgradeHost {
  readonly frame: Frame;
}
