// Opens each page as readers do and prints what was seen as JSON:
//   node look.mjs BROWSER PAGE...
// For every page and view: faults that axe finds, overflow, requests, errors, and how much text is there without scripts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { HtmlValidate } from "html-validate";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, ...pages] = process.argv.slice(2);

const VIEWS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  narrow: { viewport: { width: 320, height: 800 }, colorScheme: "light" },
  forced: { viewport: { width: 1280, height: 900 }, forcedColors: "active" },
};
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

async function view(page, name, options) {
  const context = await browser.newContext({ ...options, offline: true, bypassCSP: true });
  const tab = await context.newPage();
  const requests = [];
  const problems = [];
  tab.on("request", (request) => requests.push(request.url()));
  tab.on("pageerror", (error) => problems.push(String(error)));
  tab.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await tab.goto(pathToFileURL(page).href);
  const seen = await tab.evaluate(() => ({
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    text: document.body.innerText.length,
    first: [...document.querySelectorAll("h1, .facts, .verdict, .tiles, .cards")].map((each) => ({
      name: each.className || each.tagName,
      top: each.getBoundingClientRect().top,
      bottom: each.getBoundingClientRect().bottom,
    })),
  }));
  await tab.evaluate(axe);
  const result = await tab.evaluate((tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), TAGS);
  await context.close();
  return {
    ...seen,
    requests,
    problems,
    passes: result.passes.length,
    violations: result.violations.map((each) => ({
      id: each.id,
      nodes: each.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
    })),
  };
}

async function withoutScripts(page) {
  const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  const text = (await tab.locator("body").innerText()).length;
  await context.close();
  return text;
}

async function printed(page) {
  const context = await browser.newContext({ colorScheme: "dark" });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  await tab.emulateMedia({ media: "print" });
  const seen = await tab.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    closed: [...document.querySelectorAll("details.data table")].filter((each) => each.getBoundingClientRect().height === 0).length,
    tables: document.querySelectorAll("details.data table").length,
    contents: (document.querySelector("nav")?.getBoundingClientRect().height ?? 0) > 0,
  }));
  const pdf = await tab.pdf({ format: "A4" });
  await context.close();
  return { ...seen, bytes: pdf.length };
}

// Without colour: a picture of each thing that carries meaning, named by what it means.
const SHAPES = ".badge .icon, .legend svg, .card .reasons .icon";

async function grey(page) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 3, bypassCSP: true });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  await tab.addStyleTag({ content: "html{filter:grayscale(1)!important}" });
  const pictures = [];
  const names = new Set();
  for (const each of await tab.locator(SHAPES).all()) {
    const { group, name } = await each.evaluate((node) => {
      const chart = node.closest("figure")?.id;
      const badge = node.closest(".badge");
      if (chart) return { group: chart, name: node.parentElement.textContent };
      return { group: "state", name: (badge ?? node.parentElement).className.replace(/badge|is-|large|fixed/g, "").trim() };
    });
    if (names.has(`${group} ${name}`) || !(await each.isVisible())) continue;
    names.add(`${group} ${name}`);
    pictures.push({ group, name, png: (await each.screenshot()).toString("base64") });
  }
  const edges = await tab.locator(".badge").evaluateAll((nodes) =>
    nodes.map((node) => [node.className, getComputedStyle(node).borderTopStyle, node.textContent.trim()]),
  );
  await context.close();
  return { pictures, edges };
}

const validator = new HtmlValidate({ root: true, extends: ["html-validate:standard", "html-validate:a11y"] });
const found = {};
for (const page of pages) {
  const views = {};
  for (const [name, options] of Object.entries(VIEWS)) views[name] = await view(page, name, options);
  const report = await validator.validateString(readFileSync(page, "utf8"));
  const messages = report.results.flatMap((each) => each.messages);
  found[page] = {
    views,
    text: await withoutScripts(page),
    print: await printed(page),
    grey: await grey(page),
    invalid: messages.slice(0, 20).map((each) => `${each.line}:${each.column} ${each.ruleId}: ${each.message}`),
  };
}
await browser.close();
process.stdout.write(JSON.stringify(found));
