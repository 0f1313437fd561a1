import { readPageData } from '../page-data.ts';
import { ask } from '../server.ts';
import { connectHost } from './connect-host.ts';
import type { ModuleCallback } from './connect-host.ts';

const data = readPageData();

/** The host modules that Jira adds to the library and that need no more than the page: context, user, cookie, getLocation. */
export function defineProductModules(): void {
  connectHost.defineModule('context', {
    getToken: (callback: ModuleCallback) => {
      void ask<{ token: string }>('connect/token', {}).then(({ token }) => {
        callback(token);
      });
    },
    getContext: (callback: ModuleCallback) => {
      const { issue, project } = data.context;
      callback({ jira: { ...(issue && { issue }), ...(project && { project }) } });
    },
  });
  connectHost.defineModule('user', {
    getCurrentUser: (callback: ModuleCallback) => {
      callback({ atlassianAccountId: data.context.accountId });
    },
    getTimeZone: (callback: ModuleCallback) => {
      callback(data.timeZone);
    },
    getLocale: (callback: ModuleCallback) => {
      callback(data.locale.replace('-', '_'));
    },
  });
  connectHost.defineModule('cookie', {
    save: (name: string, value: string, days: number, callback: ModuleCallback) => {
      const seconds = Math.round(days * 86_400);
      document.cookie = `${cookieName(name, callback)}=${encodeURIComponent(value)}; Max-Age=${seconds}; Path=/`;
    },
    read: (name: string, callback: ModuleCallback) => {
      const key = `${cookieName(name, callback)}=`;
      const found = document.cookie.split('; ').find((each) => each.startsWith(key));
      callback(found === undefined ? null : decodeURIComponent(found.slice(key.length)));
    },
    erase: (name: string, callback: ModuleCallback) => {
      document.cookie = `${cookieName(name, callback)}=; Max-Age=0; Path=/`;
    },
  });
  connectHost.defineModule({
    getLocation: (callback: ModuleCallback) => {
      callback(location.href);
    },
  });
}

/** Cookies of two apps do not meet. */
function cookieName(name: string, callback: ModuleCallback): string {
  return encodeURIComponent(`${callback._context.extension.addon_key}$$${name}`);
}
