import { z } from 'zod';
import { operation } from '../operation.ts';

/** Who is logged in: always the same person. The local site takes any e-mail address and token. */
const account = { name: 'Local Developer', accountId: 'local-developer' };

export const accountOperations = [
  operation('forge_cli_getUserDetails', z.object({}), () => ({
    me: { user: { ...account, accountStatus: 'active' } },
  })),
  operation('forge_cli_getAppOwner', z.object({ id: z.string() }), () => ({
    app: { createdBy: account },
  })),
];
