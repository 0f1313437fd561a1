import { mountConnectFrames } from './connect/mount-connect-frames.ts';
import { mountForgeFrames } from './forge/mount-forge-frames.ts';
import { startGadgetButtons } from './gadget-buttons.ts';
import { startRuleButtons } from './rule-buttons.ts';

// The script of every page that shows frames of the app.
mountConnectFrames();
mountForgeFrames();
startGadgetButtons();
startRuleButtons();
