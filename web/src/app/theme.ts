import { createTheme, type MantineColorsTuple } from '@mantine/core'

// The look of everything: one accent (iris), neutral greys, and the five tones of
// statuses, which global.css defines for light and dark.

const iris: MantineColorsTuple = [
  '#f3f3ff',
  '#e4e4fd',
  '#c8c8f8',
  '#a9a9f2',
  '#8c8ced',
  '#7878e8',
  '#6a6ae3',
  '#5b5bd6',
  '#4e4ec0',
  '#4343a6',
]
const dark: MantineColorsTuple = [
  '#e6e8eb',
  '#b5bac1',
  '#969ca5',
  '#6f757e',
  '#33373d',
  '#282b30',
  '#1f2226',
  '#17191c',
  '#111214',
  '#0b0c0d',
]
const gray: MantineColorsTuple = [
  '#f9f9fb',
  '#f2f2f5',
  '#e8e8ec',
  '#dedee3',
  '#cdced6',
  '#b0b1bb',
  '#80828d',
  '#5d606b',
  '#3d4049',
  '#1c2024',
]
// Dark enough for white words on it.
const red: MantineColorsTuple = [
  '#fff1f1',
  '#ffe0e0',
  '#ffc4c4',
  '#ffa1a2',
  '#ff8b8e',
  '#f2696d',
  '#e5484d',
  '#cf3036',
  '#b9262c',
  '#9c1f24',
]

export const theme = createTheme({
  colors: { iris, dark, gray, red },
  primaryColor: 'iris',
  primaryShade: 7,
  black: '#1c2024',
  // Who asks their system for less motion gets dialogs and menus at once.
  respectReducedMotion: true,
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  fontFamily:
    "'Inter Variable', system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'SF Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '0.9375rem', xl: '1.1875rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: {
      defaultProps: {
        openDelay: 300,
        withArrow: false,
        fz: 'xs',
        // Who comes by the keyboard is told, too.
        events: { hover: true, focus: true, touch: false },
      },
    },
    Badge: { defaultProps: { tt: 'none' } },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.2 } } },
    // The page has one banner; a dialog's header is none.
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    ModalHeader: { defaultProps: { role: 'presentation' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    // No blur behind anything: without a graphics card it takes 40 ms of each frame.
    Spotlight: { defaultProps: { overlayProps: { backgroundOpacity: 0.45 } } },
    // Help stands below the input, where a message takes its place: see fields.css.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Menu: {
      defaultProps: {
        shadow: 'md',
        position: 'bottom-end',
        withinPortal: true,
        // A menu has nothing but its items: the first has the focus.
        withInitialFocusPlaceholder: false,
      },
    },
  },
})
