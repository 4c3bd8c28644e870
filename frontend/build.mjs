// Writes portal/static/build/: style, scripts, icons, font and pictures, each with a hash of its content in its name,
// and manifest.json from plain names to those. The same sources always give the same files.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, '..', 'portal', 'static', 'build')
const dkfdsIcons = join(here, 'node_modules', 'dkfds', 'dist', 'img', 'svg-icons')

// Every icon a template may name: ui.icon('…'). The names are dkfds' own file names, but for those in RENAMED;
// add one here when a template needs it.
const RENAMED = { calendar: 'calendar-month' }
const ICONS = ['calendar', 'chevron-left', 'chevron-right', 'error', 'info', 'menu', 'success', 'warning']

const manifest = {}
function put(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10)
  const dot = name.lastIndexOf('.')
  const file = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`
  writeFileSync(join(target, file), content)
  if (!name.endsWith('.woff2')) { // compressed once, here, for the server to hand out as it is
    writeFileSync(join(target, `${file}.br`), brotliCompressSync(content))
    writeFileSync(join(target, `${file}.gz`), gzipSync(content, { level: 9 }))
  }
  manifest[name] = file
  return file
}

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })

put('font.woff2', readFileSync(join(here, 'node_modules/@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2')))
for (const file of readdirSync(join(here, 'assets')).sort()) {
  put(file, readFileSync(join(here, 'assets', file), 'utf8').replace(/>\s+</g, '><').trim() + '\n')
}

const symbols = ICONS.map((name) => {
  const svg = readFileSync(join(dkfdsIcons, `${RENAMED[name] ?? name}.svg`), 'utf8')
  const box = svg.match(/viewBox="([^"]+)"/)[1]
  const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').trim()
  return `<symbol id="${name}" viewBox="${box}">${drawing}</symbol>`
})
put('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`)

// In the style, '@file/…' is one of the files above and '@icon/…' one of dkfds' icons; only those in use are written.
const css = compile(join(here, 'theme', 'portal.scss'), {
  style: 'compressed', loadPaths: [join(here, 'node_modules')], quietDeps: true,
  logger: { warn: (text) => { throw new Error(text) }, debug: console.log },
}).css.replace(/url\((["']?)@(file|icon)\/([^)"']+)\1\)/g, (_all, _quote, kind, name) => {
  const key = kind === 'icon' ? `icon-${name}` : name
  if (kind === 'icon' && !manifest[key]) put(key, readFileSync(join(dkfdsIcons, name)))
  if (!manifest[key]) throw new Error(`the style names ${name}, which does not exist`)
  return `url(${manifest[key]})`
})
put('portal.css', transformSync(css, { loader: 'css', minify: true, legalComments: 'none' }).code)

for (const file of readdirSync(join(here, 'scripts')).filter((name) => name.endsWith('.js')).sort()) {
  const source = readFileSync(join(here, 'scripts', file), 'utf8')
  put(file, transformSync(source, { minify: true, format: 'esm', target: 'es2020', legalComments: 'none' }).code)
}

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(join(target, 'manifest.json'), JSON.stringify(sorted, null, 2) + '\n')
console.log(`${Object.keys(sorted).length} files in portal/static/build`)
