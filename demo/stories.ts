interface Story {
  readonly summary: string;
  readonly lists: readonly {
    readonly name: string;
    readonly items: readonly { text: string; done?: boolean; mandatory?: boolean }[];
  }[];
}

const done = (text: string) => ({ text, done: true });
const open = (text: string) => ({ text });
const must = (text: string) => ({ text, mandatory: true });

/** What the demo's issues are about: lists as teams really keep them, in several languages and lengths. */
export const STORIES: readonly Story[] = [
  {
    summary: 'Checkout accepts company cards',
    lists: [
      {
        name: 'Definition of Done',
        items: [
          done('Acceptance criteria agreed with product'),
          done('Unit and contract tests written'),
          must('Payment provider sandbox run is green'),
          must('Security review signed off'),
          open('Release note drafted'),
          open('Support team knows the new error texts'),
        ],
      },
      {
        name: 'Roll-out',
        items: [
          done('Feature flag created'),
          open('5 % of shops for one day'),
          open('Watch refusals by issuer'),
          open('Everybody'),
        ],
      },
    ],
  },
  {
    summary: 'Warehouse scanner loses its connection in aisle 14',
    lists: [
      {
        name: 'Investigation',
        items: [
          done('Reproduce with the old firmware'),
          open('Reproduce with the new firmware'),
          open('Measure signal strength between the shelves'),
        ],
      },
    ],
  },
  {
    summary: 'Rechnungen auf Deutsch und Französisch',
    lists: [
      {
        name: 'Prüfung',
        items: [
          done('Pflichtangaben vollständig'),
          must('Umsatzsteuer-Sätze geprüft'),
          open('Relecture par le service juridique'),
          open('Muster an drei Kunden geschickt'),
        ],
      },
    ],
  },
  {
    summary: 'Spring catalogue photographs',
    lists: [
      {
        name: 'Shoot day',
        items: [
          done('Studio booked'),
          done('Bicycles cleaned'),
          open('Helmets in all sizes'),
          open('Lunch 🥪'),
        ],
      },
      { name: 'Afterwards', items: [] },
    ],
  },
  {
    summary: 'Move nightly jobs to the new scheduler',
    lists: [
      {
        name: 'Cut-over',
        items: [
          must('Both schedulers run side by side'),
          must('Results compared for a week'),
          open('Old one switched off'),
        ],
      },
    ],
  },
  {
    summary: '新しい配送ラベルの印刷',
    lists: [
      {
        name: '受け入れ条件',
        items: [
          done('住所が二行に収まる'),
          open('バーコードが読み取れる'),
          open('旧プリンターでも動く'),
        ],
      },
    ],
  },
];
