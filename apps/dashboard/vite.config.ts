import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const API_URL = 'http://localhost:3000';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  build: { chunkSizeWarningLimit: 1_500 },
  server: { proxy: { '/api': API_URL } },
});
