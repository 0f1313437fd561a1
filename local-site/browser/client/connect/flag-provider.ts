import { showFlag } from '../flags.ts';
import { provide } from './connect-host.ts';

interface ConnectFlag {
  readonly id: string;
  readonly title?: string;
  readonly body?: string;
  readonly type: string;
  /** `auto` or `manual`. */
  readonly close?: string;
  readonly actions: readonly { readonly actionText: string; executeAction(): void }[];
  onClose(id: string): void;
}

/** `AP.flag`, which otherwise needs AUI. */
export function provideFlags(): void {
  provide('flag', {
    create: (flag: ConnectFlag) => ({
      close: showFlag({
        title: flag.title ?? '',
        body: flag.body,
        type: flag.type,
        autoDismiss: flag.close === 'auto',
        actions: flag.actions.map((action) => ({
          text: action.actionText,
          run: () => {
            action.executeAction();
          },
        })),
        onClose: () => {
          flag.onClose(flag.id);
        },
      }),
    }),
  });
}
