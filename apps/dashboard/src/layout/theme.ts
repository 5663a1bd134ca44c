import { defaultDarkTheme, defaultLightTheme, type RaThemeOptions } from 'react-admin';

const typography = { fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif' };

export const lightTheme: RaThemeOptions = {
  ...defaultLightTheme,
  typography,
  palette: { ...defaultLightTheme.palette, primary: { main: '#1f4e79' }, secondary: { main: '#1f4e79' } },
};

export const darkTheme: RaThemeOptions = { ...defaultDarkTheme, typography };
