/** The node that served this page, without more. */
import { PetrelClient } from '../../src/client/client.js';

export const client = new PetrelClient();
