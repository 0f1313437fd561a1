import { mountConnectFrames } from './connect/mount-connect-frames.ts';
import { mountForgeFrames } from './forge/mount-forge-frames.ts';

// The script of every page that shows frames of the app.
mountConnectFrames();
mountForgeFrames();
