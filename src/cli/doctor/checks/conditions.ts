import { defineCheck } from '../check.js';

export const conditions = defineCheck({
  name: 'conditions',
  about: 'What the running node itself says is wrong with disk, clock, network or open files.',
  problems: {
    condition: {
      state: 'warning',
      means:
        'The node goes on, without what the line says; it recovers by itself when the cause is gone.',
      remedy: '{remedy}',
    },
  },
  look({ node, clock }, report) {
    if (!node) return;
    for (const { code, text, remedy, sinceS } of node.conditions) {
      const minutes = Math.max(0, Math.round((clock.nowS() - sinceS) / 60));
      report.found('condition', `${code}, for ${minutes} min: ${text}`, { remedy });
    }
    if (node.conditions.length === 0) report.ok('the node has nothing to complain about');
  },
});
