/** Starts the page. */
import { mount } from 'svelte';
import App from './app.svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

const target = document.getElementById('page');
if (target) mount(App, { target });
